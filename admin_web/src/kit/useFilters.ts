/** A list's filters and page live in the address: shareable, and "back" works. */

import { computed, type ComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'

export interface Filters<K extends string> {
  /** Empty text where nothing is chosen. */
  values: ComputedRef<Record<K, string>>
  cursor: ComputedRef<string>
  limit: ComputedRef<number>
  isFiltered: ComputedRef<boolean>
  /** Change some; the list begins at its first page again. */
  set(changes: Partial<Record<K, string>>): void
  turn(cursor: string | null): void
  setLimit(limit: number): void
  clear(): void
}

export const PAGE_SIZES = [20, 50] as const

/** `names` are the API's names of the filters. */
export function useFilters<K extends string>(names: readonly K[]): Filters<K> {
  const route = useRoute()
  const router = useRouter()
  const read = (name: string): string => {
    const value = route.query[name]
    return typeof value === 'string' ? value : ''
  }
  const values = computed(
    () => Object.fromEntries(names.map((name) => [name, read(name)])) as Record<K, string>,
  )
  const limit = computed(() => PAGE_SIZES.find((size) => String(size) === read('limit')) ?? PAGE_SIZES[0])

  function go(query: Record<string, string>): void {
    const kept = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''))
    void router.push({ query: kept })
  }

  function now(): Record<string, string> {
    const limits = read('limit') ? { limit: read('limit') } : {}
    return { ...values.value, ...limits }
  }

  return {
    values,
    cursor: computed(() => read('cursor')),
    limit,
    isFiltered: computed(() => names.some((name) => values.value[name] !== '')),
    set: (changes) => {
      go({ ...now(), ...changes })
    },
    turn: (cursor) => {
      go({ ...now(), cursor: cursor ?? '' })
    },
    setLimit: (size) => {
      go({ ...now(), limit: size === PAGE_SIZES[0] ? '' : String(size) })
    },
    clear: () => {
      go({})
    },
  }
}
