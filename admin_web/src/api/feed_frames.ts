/** Frames of the live feed and how a delta meets what was known (docs/live-feed.md). */

import type { Pile, WatchedPiles } from './types'

export interface DataFrame {
  topic: string
  seq: number
  kind: 'snapshot' | 'delta'
  data: Record<string, unknown>
}

export interface ErrorFrame {
  op: 'error'
  code: string
  message: string
  topic: string | null
}

interface PilesDelta {
  piles?: Pile[]
  gone?: string[]
  is_truncated?: boolean
}

/** Close codes that mean something to the client; any other one is a lost connection. */
export const CLOSE = { goingAway: 1001, lost: 1006, unauthenticated: 4401, forbidden: 4403, tooMuch: 4429 } as const

export function parseFrame(text: unknown): DataFrame | ErrorFrame | null {
  if (typeof text !== 'string') return null
  try {
    const frame = JSON.parse(text) as DataFrame | ErrorFrame
    return 'op' in frame || ('topic' in frame && 'kind' in frame) ? frame : null
  } catch {
    return null
  }
}

/** What a topic holds after a delta. */
export function mergeDelta(topic: string, known: unknown, delta: Record<string, unknown>): unknown {
  if (topic === 'piles') return mergePiles(known as WatchedPiles, delta)
  return { ...(known as object), ...delta }
}

function mergePiles(known: WatchedPiles, delta: PilesDelta): WatchedPiles {
  const changed = new Map(delta.piles?.map((pile) => [pile.pile_no, pile]))
  const gone = new Set(delta.gone)
  const kept = known.piles
    .filter((pile) => !gone.has(pile.pile_no))
    .map((pile) => {
      const newer = changed.get(pile.pile_no)
      changed.delete(pile.pile_no)
      return newer ?? pile
    })
  return {
    piles: [...kept, ...changed.values()],
    is_truncated: delta.is_truncated ?? known.is_truncated,
  }
}
