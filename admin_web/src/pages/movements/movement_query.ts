/** What the address says of a filter, as the API wants it; and where a row leads. */

import type { RouteLocationRaw } from 'vue-router'

import type { MovementRow } from '@/api/types'

const NUMBERS = ['least_fen', 'most_fen', 'weekday', 'hour'] as const
type Named = (typeof NUMBERS)[number]

/** Numbers come as text from an address. */
export function numbersOf<Q extends object>(query: Q): Omit<Q, Named> & Record<Named, number | null> {
  const own = query as Partial<Record<Named, string | null>>
  const read = NUMBERS.map((name) => [name, own[name] ? Number(own[name]) : null] as const)
  return { ...query, ...(Object.fromEntries(read) as Record<Named, number | null>) }
}

export function linkOf(row: MovementRow): RouteLocationRaw {
  switch (row.kind) {
    case 'charge':
    case 'idle':
      return { name: 'order', params: { orderNo: row.number } }
    case 'refund':
      return { name: 'refund', params: { refundNo: row.number } }
    case 'top_up':
    case 'prepay':
      return { name: 'payments', query: { number: row.number } }
  }
}
