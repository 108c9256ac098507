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

const versions: Tones<'TariffVersionState'> = {
  draft: 'wait',
  scheduled: 'busy',
  current: 'good',
  past: 'mute',
  withdrawn: 'mute',
}

const payments: Tones<'PaymentState'> = {
  created: 'mute',
  awaiting: 'wait',
  paid: 'good',
  part_refunded: 'busy',
  refunded: 'busy',
  closed: 'mute',
  unknown: 'wait',
}

const stays: Tones<'StayState'> = { watching: 'wait', billed: 'good', free: 'mute', waived: 'mute' }

const refunds: Tones<'RefundState'> = { in_progress: 'busy', needs_staff: 'bad', done: 'good', returned: 'mute' }

const adjustments: Tones<'AdjustmentState'> = { asked: 'wait', done: 'good', declined: 'mute' }

const parts: Tones<'PartState'> = {
  held: 'wait',
  sent: 'busy',
  unknown: 'wait',
  abnormal: 'bad',
  succeeded: 'good',
  returned: 'mute',
}

const movements: Tones<'MovementState'> = { in_progress: 'busy', needs_staff: 'bad', done: 'good', returned: 'mute' }

const drivers: Tones<'DriverState'> = { active: 'good', frozen: 'bad' }

export const tones = {
  StayState: stays,
  SessionState: sessions,
  OrderState: orders,
  ConnectorGroup: groups,
  CommandState: commands,
  TariffVersionState: versions,
  PaymentState: payments,
  RefundState: refunds,
  AdjustmentState: adjustments,
  PartState: parts,
  MovementState: movements,
  DriverState: drivers,
} as const

/** A value a newer server invented is drawn without colour. */
export function toneOf(name: keyof typeof tones, value: string): Tone {
  const found: Readonly<Record<string, Tone>> = tones[name]
  return found[value] ?? 'mute'
}

/** The colour of a token for drawings that know no CSS variables. */
export function tokenColour(token: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(token).trim()
}
