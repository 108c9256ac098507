/** Data that is asked for once and then changes by itself; asked for again while the live feed is away. */

import { watch, type ComputedRef } from 'vue'

import { useLive, type LiveState } from '@/state/live'

import { useLoad, type Load } from './useLoad'
import { usePolling } from './usePolling'

const POLL_MS = 5_000

/** The topic's data must be the body of what `ask` gets (docs/live-feed.md says which is). */
export function useLiveLoad<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  topic: string,
): { load: Load<T>; state: ComputedRef<LiveState> } {
  const load = useLoad(ask)
  const live = useLive<T>(() => topic)
  watch(live.data, (newer) => {
    if (newer === null) return
    load.data.value = newer
    load.error.value = null
    load.loadedAt.value = Date.now()
  })
  usePolling(() => (live.state.value === 'stale' ? load.run(true) : Promise.resolve()), POLL_MS)
  return { load, state: live.state }
}
