/** A list's filters and its place live in the address: shareable, and "back" works. */

import { computed, type ComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'

import { readSaved, save } from '@/state/saved'

import { namesOf, PAGE_SIZES, readFilters, titleOf, wordOf, type Reading, type Schema, type Values } from './schema'

/** One filter that is applied; taking it away clears `name`. */
export interface Chip {
  name: string
  title: string
  word: string
}

export interface Filters<S extends Schema = Schema> {
  schema: S
  reading: ComputedRef<Reading<S>>
  chips: ComputedRef<Chip[]>
  cursor: ComputedRef<string | null>
  limit: ComputedRef<number>
  /** The value of one filter as its control holds it: empty text where nothing is chosen. */
  get(name: string): string
  /** Change some; the list begins at its first page again. What the address says wrongly is gone with it. */
  set(changes: Readonly<Record<string, string>>): void
  turn(cursor: string | null): void
  setLimit(limit: number): void
  clear(): void
}

/** `own`: the values as the API wants them, with the page. */
export type Query<S extends Schema> = Values<S> & { cursor: string | null; limit: number }

export function useFilters<const S extends Schema>(schema: S): Filters<S> {
  const route = useRoute()
  const router = useRouter()
  const reading = computed(() => readFilters(schema, route.query))
  const values = computed(() => reading.value.values as Readonly<Record<string, string | null>>)
  const chips = computed(() =>
    schema.flatMap((filter) =>
      namesOf(filter).flatMap((name) => {
        const value = values.value[name]
        return value ? [{ name, title: titleOf(filter, name), word: wordOf(filter, value) }] : []
      }),
    ),
  )
  const limit = computed(() => sizeOf(route.query.limit) ?? sizeOf(readSaved('page_size')) ?? PAGE_SIZES[0])

  /** The page size and the part of the page that is open stay what they are, whatever else changes. */
  function go(query: Readonly<Record<string, string | null>>): void {
    const limit = sizeOf(route.query.limit)
    const tab = typeof route.query.tab === 'string' ? route.query.tab : null
    const kept = { ...query, limit: limit ? String(limit) : null, tab }
    void router.push({ query: Object.fromEntries(Object.entries(kept).filter(([, value]) => value)) })
  }

  return {
    schema,
    reading,
    chips,
    cursor: computed(() => (typeof route.query.cursor === 'string' && route.query.cursor ? route.query.cursor : null)),
    limit,
    get: (name) => values.value[name] ?? '',
    set: (changes) => {
      go({ ...values.value, ...changes })
    },
    turn: (cursor) => {
      go({ ...values.value, cursor })
    },
    setLimit: (size) => {
      save('page_size', String(size))
      void router.push({ query: { ...present(values.value), limit: String(size) } })
    },
    clear: () => {
      go({})
    },
  }
}

function sizeOf(raw: unknown): number | undefined {
  return PAGE_SIZES.find((size) => String(size) === raw)
}

function present(values: Readonly<Record<string, string | null>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value ? [[name, value]] : [])))
}
