/** The live feed for pages: a topic's data while they are open, and whether it can be believed. */

import { computed, onScopeDispose, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue'

import { Feed } from '@/api/feed'

import { nowMs } from './now'

/** A lost connection this short is nobody's worry. */
const STALE_AFTER_MS = 10_000

const lostSince = shallowRef<number | null>(Date.now())

export const feed = new Feed(
  `${location.origin.replace(/^http/, 'ws')}/ws`,
  (isLive) => (lostSince.value = isLive ? null : (lostSince.value ?? Date.now())),
)

/** Listen to the browser's own news of the network; once, at the start. */
export function watchNetwork(): void {
  addEventListener('online', () => {
    feed.retry()
  })
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && lostSince.value !== null) feed.retry()
  })
}

export type LiveState = 'live' | 'connecting' | 'stale'

export interface Live<T> {
  data: ShallowRef<T | null>
  state: ComputedRef<LiveState>
}

/** What a topic holds now; null before its first snapshot. The topic may change, null is none. */
export function useLive<T>(topic: () => string | null): Live<T> {
  const data = shallowRef<T | null>(null)
  const openedAt = Date.now()
  const isRefused = shallowRef(false)
  let leave: () => void = () => undefined
  watch(
    topic,
    (name) => {
      leave()
      data.value = null
      isRefused.value = false
      leave = name === null ? () => undefined : subscribe(name)
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    leave()
  })
  const state = computed<LiveState>(() => {
    if (isRefused.value) return 'stale'
    if (lostSince.value === null && data.value !== null) return 'live'
    const since = Math.max(lostSince.value ?? openedAt, openedAt)
    return nowMs.value - since > STALE_AFTER_MS ? 'stale' : 'connecting'
  })
  return { data, state }

  function subscribe(name: string): () => void {
    return feed.subscribe(name, {
      onData: (next) => {
        isRefused.value = false
        data.value = next as T
      },
      onRefused: () => (isRefused.value = true),
    })
  }
}
