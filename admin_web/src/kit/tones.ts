/** Which colour a state has. Colour never stands alone: the word is always beside it. */

import type { components } from '@/api/schema'

export type Tone = 'good' | 'busy' | 'wait' | 'bad' | 'mute'

type Schemas = components['schemas']
type Tones<Name extends keyof Schemas> = Schemas[Name] extends string ? Record<Schemas[Name], Tone> : never

const sessions: Tones<'SessionState'> = {
  created: 'wait',
  awaiting_payment: 'wait',
  starting: 'wait',
  charging: 'busy',
  stopping: 'wait',
  ended: 'wait',
  settled: 'good',
  failed: 'mute',
  review: 'bad',
}

const orders: Tones<'OrderState'> = { open: 'wait', provisional: 'wait', settled: 'good', corrected: 'busy' }

const groups: Tones<'ConnectorGroup'> = {
  free: 'good',
  plugged: 'wait',
  charging: 'busy',
  offline: 'mute',
  faulted: 'bad',
}

const commands: Tones<'CommandState'> = {
  queued: 'wait',
  sent: 'wait',
  accepted: 'busy',
  done: 'good',
  rejected: 'bad',
  failed: 'bad',
  expired: 'mute',
}

export const tones = {
  SessionState: sessions,
  OrderState: orders,
  ConnectorGroup: groups,
  CommandState: commands,
} as const

/** A value a newer server invented is drawn without colour. */
export function toneOf(name: keyof typeof tones, value: string): Tone {
  const found: Readonly<Record<string, Tone>> = tones[name]
  return found[value] ?? 'mute'
}

/** The colours of connector groups for charts, which cannot read CSS variables; those of tokens.css. */
export const groupColours: Readonly<Record<Schemas['ConnectorGroup'], string>> = {
  free: '#1f9d6c',
  plugged: '#e0a12e',
  charging: '#3b7ddd',
  offline: '#a9b4ae',
  faulted: '#d64c43',
}
