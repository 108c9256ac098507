/** Circles on a map: how large they are, and which of them have their name beside them. */

import type { Position } from '@/format/position'

export interface Bubble extends Position {
  key: string
  name: string
  value: number
  text: string
}

const LARGEST_PX = 34
const SMALLEST_PX = 5
/** More names would lie on one another. */
const MOST_NAMED = 6

/** By area, not by width: twice as much looks twice as much. */
export function radiusOf(value: number, most: number): number {
  return most <= 0 ? SMALLEST_PX : Math.max(SMALLEST_PX, Math.sqrt(Math.max(0, value) / most) * LARGEST_PX)
}

export function nameable(bubbles: readonly Bubble[]): ReadonlySet<string> {
  return new Set([...bubbles].sort((a, b) => b.value - a.value).slice(0, MOST_NAMED).map(({ key }) => key))
}
