/** Charges of drivers who charged for the first time, and of those who came again. */

import type { DriverPoints } from '@/api/analysis'
import { monthEnd } from '@/format/days'
import { formatPermille } from '@/format/measure'
import { groupThousands } from '@/format/money'
import type { AxisChart } from '@/kit/charts/axis_option'
import type { ChartTable } from '@/kit/charts/chart_table'

import type { View } from './filter'
import type { Grain, Span } from './spans'
import { stepWord } from './trend'
import { ordersOf } from './ways_on'

type Point = DriverPoints['points'][number]

/** First charges are few: they are told by the day or the month. */
export function driverGrain(grain: Grain): 'day' | 'month' {
  return grain === 'month' || grain === 'week' ? 'month' : 'day'
}

export function driverChart({ points }: DriverPoints, grain: 'day' | 'month'): AxisChart {
  return {
    steps: points.map((point) => stepWord(point, grain, false)),
    titles: points.map((point) => stepWord(point, grain, true)),
    unit: '次',
    isStacked: true,
    lines: [
      { name: '再次充电', kind: 'main', values: points.map((one) => one.later_charges), texts: points.map((one) => `${groupThousands(one.later_charges)} 次`) },
      { name: '首次充电', kind: 'second', values: points.map((one) => one.first_charges), texts: points.map((one) => `${groupThousands(one.first_charges)} 次`) },
    ],
  }
}

export function driverTable({ points }: DriverPoints, view: View, grain: 'day' | 'month'): ChartTable {
  return {
    columns: [{ title: '时间' }, { title: '首次充电（次）', isNumber: true }, { title: '再次充电（次）', isNumber: true }, { title: '首次占比', isNumber: true }],
    rows: points.map((point) => ({
      key: point.start,
      to: ordersOf(view, spanOfPoint(point, view, grain)),
      cells: [
        { text: stepWord(point, grain, true) },
        { text: groupThousands(point.first_charges), plain: point.first_charges },
        { text: groupThousands(point.later_charges), plain: point.later_charges },
        { text: firstPart(point) },
      ],
    })),
  }
}

export function spanOfPoint({ start }: Point, { span }: View, grain: 'day' | 'month'): Span {
  const last = grain === 'month' ? monthEnd(start) : start
  return { from: start < span.from ? span.from : start, to: last > span.to ? span.to : last }
}

export function firstPart({ first_charges: first, later_charges: later }: Omit<Point, 'start'>): string {
  return first + later === 0 ? '—' : formatPermille(Math.round((first * 1000) / (first + later)))
}
