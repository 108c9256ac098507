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
const LETTER_PX = 12
const LABEL_PX = 24

/** By area, not by width: twice as much looks twice as much. */
export function radiusOf(value: number, most: number): number {
  return most <= 0 ? SMALLEST_PX : Math.max(SMALLEST_PX, Math.sqrt(Math.max(0, value) / most) * LARGEST_PX)
}

/** A circle where it is drawn. */
export interface Drawn {
  key: string
  /** The words above it. */
  words: string
  x: number
  y: number
  radius: number
}

/** Whose words have room: the first ones first, none upon another's. */
export function nameable(drawn: readonly Drawn[]): ReadonlySet<string> {
  const taken: { left: number; right: number; top: number; bottom: number }[] = []
  const named = new Set<string>()
  for (const one of drawn) {
    const half = (one.words.length * LETTER_PX) / 2
    const bottom = one.y - one.radius
    const box = { left: one.x - half, right: one.x + half, top: bottom - LABEL_PX, bottom }
    if (taken.some((other) => box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top)) continue
    taken.push(box)
    named.add(one.key)
  }
  return named
}
