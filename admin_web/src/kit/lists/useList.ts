/** A list that follows the address: other filters or another page there, and it is loaded anew. */

import { computed, shallowRef, watch, type ComputedRef } from 'vue'
import { useRoute } from 'vue-router'

import { ApiError } from '@/api/errors'
import type { Total } from '@/api/types'

import type { Schema } from '../filters/schema'
import { useFilters, type Filters, type Query } from '../filters/useFilters'
import { useLoad, type Load } from '../useLoad'
import { usePolling } from '../usePolling'

export interface ListAnswer {
  total: Total
  prev_cursor: string | null
  next_cursor: string | null
}

export interface List<P extends ListAnswer, R> {
  filters: Filters
  load: Load<P>
  rows: ComputedRef<readonly R[]>
  /** What is shown was asked for with other filters, or is another page: the present ones could not be had. */
  isOfOthers: ComputedRef<boolean>
}

interface Told<S extends Schema, P extends ListAnswer, R> {
  schema: S
  ask: (query: Query<S>, signal: AbortSignal) => Promise<P>
  rows: (page: P) => readonly R[]
  /** Asked for again this often, while `isDue` says so. */
  refreshMs?: number
  isDue?: (filters: Filters) => boolean
}

export function useList<const S extends Schema, P extends ListAnswer, R>(told: Told<S, P, R>): List<P, R> {
  const route = useRoute()
  const path = route.path
  const filters = useFilters(told.schema)
  const shownAt = shallowRef('')

  async function ask(signal: AbortSignal): Promise<P> {
    const address = route.fullPath
    const { values, conflict } = filters.reading.value
    if (conflict) throw new ApiError('conflict', `${conflict}。`)
    const query = { ...(values as object), cursor: filters.cursor.value, limit: filters.limit.value } as Query<S>
    const page = await told.ask(query, signal)
    if (!signal.aborted) shownAt.value = address
    return page
  }

  const load = useLoad(ask)
  watch(
    () => route.query,
    () => {
      if (route.path === path) void load.run()
    },
  )
  if (told.refreshMs !== undefined) {
    usePolling(() => {
      const isDue = filters.reading.value.conflict === '' && (told.isDue?.(filters) ?? true)
      return isDue ? load.run(true) : Promise.resolve()
    }, told.refreshMs)
  }
  return {
    filters,
    load,
    rows: computed(() => (load.data.value === null ? [] : told.rows(load.data.value))),
    isOfOthers: computed(() => load.error.value !== null && shownAt.value !== route.fullPath),
  }
}
