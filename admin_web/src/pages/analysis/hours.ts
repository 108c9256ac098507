/** When it is charged: 7 × 24 hours, and the day of workdays and days off, as means of a day. */

import type { Hours } from '@/api/types'
import { weekdayWord } from '@/format/days'
import type { AxisChart } from '@/kit/charts/axis_option'
import type { ChartTable } from '@/kit/charts/chart_table'
import { shorten } from '@/kit/charts/numbers'

import { figureCell, FIGURES, perDay, plainOf, textOf, titleOf, type Figure } from './figures'

/** Of an hour there is no service time to divide by. */
export const HOUR_FIGURES: readonly Figure[] = FIGURES.filter(({ key }) => key !== 'utilisation')

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const
const HOURS = Array.from({ length: 24 }, (_, hour) => hour)

export interface HourCell {
  weekday: number
  hour: number
  value: number | null
  /** As short as a cell needs it. */
  text: string
  whole: string
  title: string
}

export interface HourRow {
  name: string
  cells: HourCell[]
}

/** Means of the days of that weekday in the range; null where it had none. */
export function hourRows(hours: Hours, figure: Figure): HourRow[] {
  const sums = new Map(hours.cells.map((cell) => [`${cell.weekday} ${cell.hour}`, cell.sums]))
  return WEEKDAYS.map((weekday) => ({
    name: weekdayWord(weekday),
    cells: HOURS.map((hour) => {
      const days = hours.days.find((one) => one.weekday === weekday)?.days ?? 0
      const value = days === 0 ? null : perDay(figure, figure.of(sums.get(`${weekday} ${hour}`) ?? null, null) ?? (figure.isSum ? 0 : null), days)
      const plain = plainOf(figure, value)
      const whole = textOf(figure, value)
      return {
        weekday,
        hour,
        value: plain,
        text: plain === null ? '' : shorten(Number(plain.toFixed(plain < 10 ? 1 : 0))),
        whole,
        title: `${weekdayWord(weekday)} ${hourWord(hour)}，${figure.isSum ? '平均每天 ' : ''}${whole}`,
      }
    }),
  }))
}

export function hourTable(hours: Hours, figure: Figure): ChartTable {
  const rows = hourRows(hours, figure)
  return {
    columns: [{ title: `${titleOf(figure)}${figure.isSum ? '，平均每天' : ''}` }, ...WEEKDAYS.map((weekday) => ({ title: weekdayWord(weekday), isNumber: true }))],
    rows: HOURS.map((hour) => ({
      key: String(hour),
      cells: [{ text: hourWord(hour) }, ...rows.map(({ cells }) => ({ text: cells[hour]?.whole ?? '—', plain: cells[hour]?.value ?? null }))],
    })),
  }
}

export function profileChart(hours: Hours, figure: Figure): AxisChart {
  const values = (kind: 'workday' | 'day_off', days: number): (number | null)[] =>
    HOURS.map((hour) => perDay(figure, figure.of(hours.profile.find((one) => one.hour === hour)?.[kind] ?? null, null), days))
  const workday = values('workday', hours.workdays)
  const dayOff = values('day_off', hours.days_off)
  const line = (name: string, kind: 'main' | 'second', of: (number | null)[]): AxisChart['lines'][number] => ({
    name, kind, values: of.map((value) => plainOf(figure, value)), texts: of.map((value) => textOf(figure, value)),
  })
  return {
    steps: HOURS.map((hour) => `${hour} 时`),
    titles: HOURS.map(hourWord),
    unit: figure.unit,
    lines: [...(hours.days_off > 0 ? [line('休息日', 'second', dayOff)] : []), ...(hours.workdays > 0 ? [line('工作日', 'main', workday)] : [])],
  }
}

export function profileTable(hours: Hours, figure: Figure): ChartTable {
  const mean = figure.isSum ? '，平均每天' : ''
  return {
    columns: [{ title: '时段' }, { title: `工作日${titleOf(figure)}${mean}`, isNumber: true }, { title: `休息日${titleOf(figure)}${mean}`, isNumber: true }],
    rows: hours.profile.map(({ hour, workday, day_off: dayOff }) => ({
      key: String(hour),
      cells: [
        { text: hourWord(hour) },
        figureCell(figure, perDay(figure, figure.of(workday, null), hours.workdays)),
        figureCell(figure, perDay(figure, figure.of(dayOff, null), hours.days_off)),
      ],
    })),
  }
}

function hourWord(hour: number): string {
  return `${hour}–${hour + 1} 时`
}
