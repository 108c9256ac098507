/** The keys of an account as a form holds them. */

import type { ChannelAccountKeys } from '@/api/channel_accounts'

export interface KeyValues {
  private_key: string
  key_serial: string
  api_key: string
  proof_key_no: string
  proof_key: string
}

export const noKeys: KeyValues = { private_key: '', key_serial: '', api_key: '', proof_key_no: '', proof_key: '' }

export function keysOf({ private_key, key_serial, api_key, proof_key_no, proof_key }: KeyValues): ChannelAccountKeys {
  return {
    private_key: private_key.trim(),
    key_serial: key_serial.trim(),
    api_key: api_key.trim(),
    proof_key_no: proof_key_no.trim(),
    proof_key: proof_key.trim(),
  }
}
