/** A page's data: first load, quiet refreshes, errors that keep what is shown, and coming back after an outage. */

import { computed, onScopeDispose, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue'

import { ApiError } from '@/api/errors'
import { isOnline, reportReached } from '@/state/online'
import { staff } from '@/state/staff'

/** While the server cannot be reached, how often it is tried. */
const RETRY_MS = 5_000

export interface Load<T> {
  data: ShallowRef<T | null>
  error: ShallowRef<ApiError | null>
  isLoading: ShallowRef<boolean>
  /** When `data` came, in ms. */
  loadedAt: ShallowRef<number>
  isFirst: ComputedRef<boolean>
  /** `isQuiet`: without the bar that shows work, for refreshes nobody asked for. */
  run(isQuiet?: boolean): Promise<void>
  /** Forget the data too: something else is looked at now. */
  restart(): Promise<void>
}

/** `ask` runs at once; a later run puts an end to the one before. */
export function useLoad<T>(ask: (signal: AbortSignal) => Promise<T>): Load<T> {
  const data = shallowRef<T | null>(null)
  const error = shallowRef<ApiError | null>(null)
  const isLoading = shallowRef(false)
  const loadedAt = shallowRef(0)
  let current = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  async function run(isQuiet = false): Promise<void> {
    current.abort()
    clearTimeout(timer)
    const mine = (current = new AbortController())
    if (!isQuiet) isLoading.value = true
    try {
      const answer = await ask(mine.signal)
      if (mine.signal.aborted) return
      data.value = answer
      error.value = null
      loadedAt.value = Date.now()
      reportReached(true)
    } catch (reason) {
      if (mine.signal.aborted) return
      fail(reason)
    }
    isLoading.value = false
  }

  function fail(reason: unknown): void {
    if (!(reason instanceof ApiError)) throw reason
    if (reason.isUnauthenticated) return // the dialog asks for the password, then we are run again
    error.value = reason
    reportReached(!reason.isOffline)
    if (reason.isOffline) timer = setTimeout(() => void run(true), RETRY_MS)
  }

  async function restart(): Promise<void> {
    data.value = null
    error.value = null
    await run()
  }

  watch(isOnline, (is) => {
    if (is && error.value?.isOffline) void run(true)
  })
  watch(
    () => staff.logIns,
    () => void run(),
  )
  onScopeDispose(() => {
    current.abort()
    clearTimeout(timer)
  })
  void run()
  return { data, error, isLoading, loadedAt, isFirst: computed(() => data.value === null), run, restart }
}
