/** The ranges that are asked for most, and how fine each range can be drawn. */

import { addDays, addYears, countDays, monthEnd, monthStart } from '@/format/days'
import { groupThousands } from '@/format/money'

export interface Span {
  from: string
  to: string
}

export type Grain = 'hour' | 'day' | 'week' | 'month'
export type Comparison = 'previous' | 'last_year' | 'none'

export const GRAINS: readonly { value: Grain; label: string }[] = [
  { value: 'hour', label: '按小时' },
  { value: 'day', label: '按天' },
  { value: 'week', label: '按周' },
  { value: 'month', label: '按月' },
]

export const COMPARISONS: readonly { value: Comparison; label: string }[] = [
  { value: 'previous', label: '对比上一周期' },
  { value: 'last_year', label: '对比去年同期' },
  { value: 'none', label: '不对比' },
]

/** The server draws no more steps than that; these are its limits. */
export const MOST_DAYS = 1100
export const MOST_DAYS_BY_HOUR = 62

const MOST_DAYS_BY_DEFAULT: readonly (readonly [Grain, number])[] = [
  ['hour', 2],
  ['day', 92],
  ['week', 200],
]

/** As of a local day. */
export function spansOf(today: string): readonly (Span & { word: string })[] {
  const yesterday = addDays(today, -1)
  const lastMonth = monthStart(today, -1)
  return [
    { word: '今天', from: today, to: today },
    { word: '昨天', from: yesterday, to: yesterday },
    { word: '近7天', from: addDays(today, -6), to: today },
    { word: '近30天', from: addDays(today, -29), to: today },
    { word: '本月', from: monthStart(today), to: today },
    { word: '上月', from: lastMonth, to: monthEnd(lastMonth) },
    { word: '近12个月', from: monthStart(today, -12), to: monthEnd(lastMonth) },
  ]
}

/** What is looked at while nothing is chosen; what is chosen in part is filled up to today. */
export function spanOf(from: string | null, to: string | null, today: string): Span {
  if (from && to) return { from, to }
  if (from) return { from, to: from > today ? from : today }
  if (to) return { from: addDays(to, -29), to }
  return { from: addDays(today, -29), to: today }
}

export function grainOf(span: Span): Grain {
  const days = countDays(span.from, span.to)
  return MOST_DAYS_BY_DEFAULT.find(([, most]) => days <= most)?.[0] ?? 'month'
}

/** Why this cannot be drawn, as a sentence; empty where it can. */
export function tooWideFor(span: Span, grain?: Grain): string {
  const days = countDays(span.from, span.to)
  if (days > MOST_DAYS) return `一次最多看 ${groupThousands(MOST_DAYS)} 天，现在选了 ${groupThousands(days)} 天。`
  if (grain === 'hour' && days > MOST_DAYS_BY_HOUR) return `按小时一次最多看 ${MOST_DAYS_BY_HOUR} 天，现在选了 ${groupThousands(days)} 天。`
  return ''
}

/** The days it is compared with, said before the server says them. */
export function comparedSpan(span: Span, comparison: Comparison): Span | null {
  if (comparison === 'none') return null
  const before = addDays(span.from, -1)
  const isWholeMonths = span.from === monthStart(span.from) && span.to === monthEnd(span.to)
  if (comparison === 'last_year') {
    const to = addYears(span.to, -1)
    return { from: addYears(span.from, -1), to: isWholeMonths ? monthEnd(to) : to }
  }
  if (isWholeMonths) return { from: monthStart(span.from, -monthsOf(span)), to: before }
  return { from: addDays(span.from, -countDays(span.from, span.to)), to: before }
}

function monthsOf({ from, to }: Span): number {
  const [fromYear = 0, fromMonth = 1] = from.split('-').map(Number)
  const [toYear = 0, toMonth = 1] = to.split('-').map(Number)
  return (toYear - fromYear) * 12 + toMonth - fromMonth + 1
}

export function spanWord({ from, to }: Span): string {
  return from === to ? from : `${from} 至 ${to}`
}
