/** The charging power of the last half hour, as this browser saw it; kept while the desk is open. */

import { shallowRef } from 'vue'

const KEPT_MS = 30 * 60_000

export interface PowerSample {
  atMs: number
  w: number
}

export const powerSamples = shallowRef<readonly PowerSample[]>([])

export function addSample(sample: PowerSample): void {
  const [last] = powerSamples.value.slice(-1)
  if (last && last.atMs >= sample.atMs) return
  const oldest = sample.atMs - KEPT_MS
  powerSamples.value = [...powerSamples.value.filter(({ atMs }) => atMs >= oldest), sample]
}
