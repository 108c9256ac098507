import type { RouteLocationRaw } from 'vue-router'

/** One bar of a ranking. */
export interface RankedBar {
  key: string
  name: string
  /** More of it, under the name. */
  note?: string
  to?: RouteLocationRaw | undefined
  /** Null: not known. */
  value: number | null
  /** The value as people read it. */
  text: string
  /** Absent: nothing is compared. */
  compared?: number | null | undefined
  /** How it compares, in words. */
  change?: string
}
