/** A day of 48 half-hours as it is painted: what a keystroke does, what is covered, and stretches of the same. */

import { formatSlots } from '@/format/time'

export const SLOTS = 48
export const COLUMNS = 24

export const BANDS = ['sharp', 'peak', 'flat', 'valley', 'deep_valley'] as const
export type Band = (typeof BANDS)[number]

/** What a half-hour shows: its band, its own price where it has one, and the whole in words. */
export interface Cell {
  band: Band | null
  isOwn: boolean
  words: string
}

/** Half-hours from the lesser to the greater, both included; `at` is where the keyboard is. */
export interface Marked {
  from: number
  at: number
}

export function boundsOf(marked: Marked): [number, number] {
  return marked.from < marked.at ? [marked.from, marked.at] : [marked.at, marked.from]
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  ArrowUp: -COLUMNS,
  ArrowDown: COLUMNS,
  Home: -SLOTS,
  End: SLOTS,
}

/** Where a key leads; with Shift what lies between is marked. Null for a key that does not move. */
export function moved(marked: Marked, key: string, isShift: boolean): Marked | null {
  const step = STEPS[key]
  if (step === undefined) return null
  const row = Math.floor(marked.at / COLUMNS) * COLUMNS
  const aim = key === 'Home' ? row : key === 'End' ? row + COLUMNS - 1 : marked.at + step
  const at = aim < 0 || aim >= SLOTS ? marked.at : aim
  return { from: isShift ? marked.from : at, at }
}

/** The band of a digit key, null to clear; undefined for any other key. */
export function bandOfKey(key: string): Band | null | undefined {
  if (key === 'Delete' || key === 'Backspace' || key === '0') return null
  return /^[1-5]$/.test(key) ? BANDS[Number(key) - 1] : undefined
}

/** The stretches of half-hours that `wanted` picks, as [start, end). */
export function runs<T>(slots: readonly T[], wanted: (slot: T) => boolean): [number, number][] {
  const found: [number, number][] = []
  slots.forEach((slot, index) => {
    const last = found.at(-1)
    if (!wanted(slot)) return
    if (last?.[1] === index) last[1] = index + 1
    else found.push([index, index + 1])
  })
  return found
}

/** `00:00–07:30、22:00–24:00`. */
export function runsText(found: readonly [number, number][]): string {
  return found.map(([start, end]) => formatSlots(start, end)).join('、')
}
