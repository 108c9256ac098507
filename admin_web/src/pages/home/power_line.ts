/** The charging power over a day as lines to draw; quarters in which nothing was kept are gaps. */

import type { Dashboard } from '@/api/types'

export interface PowerSample {
  atMs: number
  w: number | null
}

const DAY_MS = 24 * 3600_000

/** Those of the server, and of today what is drawn now. */
export function samplesOf(dashboard: Dashboard): PowerSample[] {
  const kept = dashboard.power.map(({ at, power_w: w }) => ({ atMs: Date.parse(at), w }))
  return dashboard.yesterday_until_now === null ? kept : [...kept, { atMs: Date.parse(dashboard.as_of), w: dashboard.power_w }]
}

/** From when to when: a day that begins with the first of them. */
export function spanOf(samples: readonly PowerSample[]): { fromMs: number; toMs: number } {
  const fromMs = samples[0]?.atMs ?? 0
  return { fromMs, toMs: Math.max(samples.at(-1)?.atMs ?? 0, fromMs + DAY_MS) }
}

/** A path for each stretch without a gap, in a box of this size; a lone sample is a short stroke. */
export function linesOf(samples: readonly PowerSample[], box: { width: number; height: number; mostW: number }): string[] {
  const { fromMs, toMs } = spanOf(samples)
  const lines: string[] = []
  let points: string[] = []
  const end = (): void => {
    if (points.length > 0) lines.push(`M${points.join('L')}${points.length === 1 ? 'h-2' : ''}`)
    points = []
  }
  for (const { atMs, w } of samples) {
    if (w === null) end()
    else points.push(`${(((atMs - fromMs) * box.width) / Math.max(1, toMs - fromMs)).toFixed(1)} ${(box.height - (w * box.height) / box.mostW).toFixed(1)}`)
  }
  end()
  return lines
}
