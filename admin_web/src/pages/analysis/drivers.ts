/** Charges of drivers who charged for the first time, and of those who came again. */

import type { DriverCounts, DriverPoint } from '@/api/types'
import { monthEnd } from '@/format/days'
import { formatPermille } from '@/format/measure'
import { groupThousands } from '@/format/money'
import type { AxisChart } from '@/kit/charts/axis_option'
import type { ChartTable } from '@/kit/charts/chart_table'

import type { View } from './filter'
import type { Grain, Span } from './spans'
import { stepWord } from './trend'
import { ordersOf } from './ways_on'

/** First charges are few: they are told by the day or the month. */
export function driverGrain(grain: Grain): 'day' | 'month' {
  return grain === 'month' || grain === 'week' ? 'month' : 'day'
}

export function driverChart({ points }: DriverCounts, grain: 'day' | 'month'): AxisChart {
  return {
    steps: points.map((point) => stepWord(point, grain, false)),
    titles: points.map((point) => stepWord(point, grain, true)),
    unit: '次',
    isStacked: true,
    lines: [
      { name: '再次充电', kind: 'main', values: points.map((one) => one.charges.later_charges), texts: points.map((one) => `${groupThousands(one.charges.later_charges)} 次`) },
      { name: '首次充电', kind: 'second', values: points.map((one) => one.charges.first_charges), texts: points.map((one) => `${groupThousands(one.charges.first_charges)} 次`) },
    ],
  }
}

export function driverTable({ points }: DriverCounts, view: View, grain: 'day' | 'month'): ChartTable {
  return {
    columns: [{ title: '时间' }, { title: '首次充电（次）', isNumber: true }, { title: '再次充电（次）', isNumber: true }, { title: '首次占比', isNumber: true }],
    rows: points.map((point) => ({
      key: point.start,
      to: ordersOf(view, spanOfPoint(point, view, grain)),
      cells: [
        { text: stepWord(point, grain, true) },
        { text: groupThousands(point.charges.first_charges), plain: point.charges.first_charges },
        { text: groupThousands(point.charges.later_charges), plain: point.charges.later_charges },
        { text: firstPart(point.charges) },
      ],
    })),
  }
}

export function spanOfPoint({ start }: DriverPoint, { span }: View, grain: 'day' | 'month'): Span {
  const last = grain === 'month' ? monthEnd(start) : start
  return { from: start < span.from ? span.from : start, to: last > span.to ? span.to : last }
}

export function firstPart({ first_charges: first, later_charges: later }: DriverPoint['charges']): string {
  return first + later === 0 ? '—' : formatPermille(Math.round((first * 1000) / (first + later)))
}
