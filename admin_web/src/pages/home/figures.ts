/** The figures of a day, in the words and order of the operators' manual. */

import type { Dashboard, DaySums } from '@/api/types'
import { weekdayOf, weekdayWord } from '@/format/days'
import { formatFen, groupThousands } from '@/format/money'
import { changePermille, formatKwh, formatPermille } from '@/format/measure'
import { formatDuration } from '@/format/time'

export interface Figure {
  name: string
  of: (sums: DaySums) => number | null
  format: (value: number) => string
  unit: string
  /** The same in the analysis; null where it is none of charging. */
  analysed: 'money' | 'energy' | 'charges' | 'duration' | null
}

export const figures: readonly Figure[] = [
  { name: '充值金额', of: (sums) => sums.top_up_fen, format: formatFen, unit: '', analysed: null },
  { name: '充电金额', of: (sums) => sums.charging_fen, format: formatFen, unit: '', analysed: 'money' },
  { name: '充电度数', of: (sums) => sums.energy_wh, format: formatKwh, unit: '度', analysed: 'energy' },
  { name: '充电次数', of: (sums) => sums.charges, format: groupThousands, unit: '次', analysed: 'charges' },
  { name: '充电时长', of: (sums) => sums.duration_s, format: formatDuration, unit: '', analysed: 'duration' },
]

/** One of the days that a figure stands beside. */
export interface Beside {
  word: string
  /** `多 12.3%`; empty where there is nothing to compare with. */
  change: string
  isLess: boolean
  /** Of the whole day, as people read it. */
  whole: string
}

/** The day before and the same weekday a week before: today up to this hour, a past day as a whole. */
export function besides(figure: Figure, { local_date: day, ...sums }: Dashboard): Beside[] {
  const isToday = sums.yesterday_until_now !== null
  const now = figure.of(sums.today)
  const weekday = `上${weekdayWord(weekdayOf(day))}`
  return [
    besideOf(figure, isToday ? '昨天' : '前一天', now, sums.yesterday, isToday ? sums.yesterday_until_now : sums.yesterday),
    besideOf(figure, weekday, now, sums.last_week, isToday ? sums.last_week_until_now : sums.last_week),
  ]
}

function besideOf(figure: Figure, word: string, now: number | null, whole: DaySums, same: DaySums | null): Beside {
  const [value, before] = [figure.of(whole), same === null ? null : figure.of(same)]
  const permille = now === null ? null : changePermille(now, before)
  return {
    word,
    change: permille === null ? '' : permille === 0 ? '持平' : `${permille > 0 ? '多' : '少'} ${formatPermille(permille)}`,
    isLess: permille !== null && permille < 0,
    whole: value === null ? '—' : `${figure.format(value)}${figure.unit ? ` ${figure.unit}` : ''}`,
  }
}
