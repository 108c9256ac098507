/** Opening hours as they are entered: all day, or spans of each weekday by the clock; one that ends no later than it begins ends next day. */

import type { Station, StationFacts } from '@/api/types'
import { clockOf, minuteOf } from '@/format/clock'

export interface EnteredSpan {
  opens: string
  closes: string
}

export interface EnteredHours {
  kind: 'unknown' | 'always' | 'spans'
  /** Monday first. */
  days: EnteredSpan[][]
}

type Span = NonNullable<StationFacts['opening_spans']>[number]

export const DAY_NAMES = ['周一', '周二', '周三', '周四', '周五', '周六', '周日'] as const
export const USUAL: EnteredSpan = { opens: '08:00', closes: '22:00' }
export const MOST_SPANS = 4
const DAY = 1440

export function everyDay(span: EnteredSpan): EnteredSpan[][] {
  return DAY_NAMES.map(() => [{ ...span }])
}

export function hoursOf(station: Station): EnteredHours {
  const { is_always: isAlways, is_known: isKnown } = station.station.open_now
  const days = DAY_NAMES.map((_, at) =>
    station.opening_spans
      .filter(({ weekday }) => weekday === at + 1)
      .map((span) => ({ opens: clockOf(span.opens_minute), closes: clockOf(span.closes_minute) })),
  )
  return { kind: isAlways ? 'always' : isKnown ? 'spans' : 'unknown', days: isKnown && !isAlways ? days : everyDay(USUAL) }
}

export function spansOf(hours: EnteredHours): Span[] {
  if (hours.kind !== 'spans') return []
  return hours.days.flatMap((own, at) =>
    own.map((span) => {
      const opens = minuteOf(span.opens) ?? 0
      const closes = minuteOf(span.closes) ?? 0
      return { weekday: at + 1, opens_minute: opens, closes_minute: closes > opens ? closes : closes + DAY }
    }),
  )
}

/** What is wrong, before the server is asked; it knows about overlaps. */
export function problemOf(hours: EnteredHours): string {
  if (hours.kind !== 'spans') return ''
  if (hours.days.every((own) => own.length === 0)) return '至少要有一天营业；长期不营业请在保存后停业'
  const isWhole = hours.days.flat().every(({ opens, closes }) => (minuteOf(opens) ?? DAY) < DAY && minuteOf(closes) !== null)
  return isWhole ? '' : '有时段没有填对，请写成 08:00 这样的 24 小时时间'
}

export function wordsOf(hours: EnteredHours): string {
  if (hours.kind !== 'spans') return hours.kind === 'always' ? '全天营业' : '未填写'
  return hours.days.map((own, at) => `${DAY_NAMES[at] ?? ''} ${own.map(spanWords).join('、') || '休息'}`).join('\n')
}

export function isNextDay({ opens, closes }: EnteredSpan): boolean {
  const [from, to] = [minuteOf(opens), minuteOf(closes)]
  return from !== null && to !== null && to <= from
}

function spanWords(span: EnteredSpan): string {
  return `${span.opens}–${isNextDay(span) ? '次日' : ''}${span.closes}`
}

