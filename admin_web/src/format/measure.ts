/** Energy, power and what a meter tells, from integers in the units of the API. */

import { groupThousands } from './money'

const DASH = '—'

/** Wh as kWh with two decimals (lists, rounded half up) or three (details, exact); without the unit. */
export function formatKwh(wh: number | null | undefined, decimals: 2 | 3 = 2): string {
  if (wh === null || wh === undefined) return DASH
  const scale = decimals === 3 ? 1 : 10
  const steps = Math.floor((Math.abs(wh) + scale / 2) / scale)
  const perKwh = 1000 / scale
  const rest = String(steps % perKwh).padStart(decimals, '0')
  return `${wh < 0 ? '-' : ''}${groupThousands((steps - (steps % perKwh)) / perKwh)}.${rest}`
}

/** W as kW with one decimal, without the unit. */
export function formatKw(w: number | null | undefined): string {
  return tenths(w, 1000)
}

/** Rated power as printed on a pile: no decimal where there is none. */
export function formatRatedKw(w: number): string {
  return `${formatKw(w).replace(/\.0$/, '')} kW`
}

/** mV as V with one decimal, without the unit. */
export function formatVolt(mv: number | null | undefined): string {
  return tenths(mv, 1000)
}

/** mA as A with one decimal, without the unit. */
export function formatAmpere(ma: number | null | undefined): string {
  return tenths(ma, 1000)
}

/** Each part of their sum in percent, as whole numbers that add up to 100: the largest remainders are rounded up. Zeros of nothing. */
export function percentsOf(parts: readonly number[]): number[] {
  const whole = parts.reduce((sum, part) => sum + part, 0)
  if (whole <= 0) return parts.map(() => 0)
  const percents = parts.map((part) => Math.floor((part * 100) / whole))
  const left = 100 - percents.reduce((sum, percent) => sum + percent, 0)
  const rest = (place: number): number => ((parts[place] ?? 0) * 100) % whole
  const raised = new Set([...parts.keys()].sort((a, b) => rest(b) - rest(a)).slice(0, left))
  return percents.map((percent, place) => (raised.has(place) ? percent + 1 : percent))
}

/** The power that brings this energy in this time, in W; null where no time passed. */
export function averageW(energyWh: number, seconds: number): number | null {
  return seconds > 0 ? Math.round((energyWh * 3600) / seconds) : null
}

/** How `now` compares with `before` in tenths of a percent; null where there is nothing to compare with. */
export function changePermille(now: number, before: number | null): number | null {
  return before === null || before <= 0 ? null : Math.round(((now - before) * 1000) / before)
}

/** Tenths of a percent as `12.3%`, unsigned. */
export function formatPermille(permille: number): string {
  const size = Math.abs(permille)
  return `${groupThousands(Math.floor(size / 10))}.${size % 10}%`
}

function tenths(value: number | null | undefined, perUnit: number): string {
  if (value === null || value === undefined) return DASH
  const steps = Math.round((Math.abs(value) * 10) / perUnit)
  return `${value < 0 ? '-' : ''}${groupThousands(Math.floor(steps / 10))}.${steps % 10}`
}

const KWH = /^\d{1,9}(?:\.\d{1,3})?$/

/** Wh of a register that somebody typed in kWh with at most three decimals; null for anything else. */
export function readKwh(text: string): number | null {
  const typed = text.trim().replace(/,/g, '')
  if (!KWH.test(typed)) return null
  const [whole = '0', part = ''] = typed.split('.')
  return Number(whole) * 1000 + Number(part.padEnd(3, '0'))
}
