/** The trend as lines and as a table. */

import type { Trend, TrendPoint } from '@/api/types'
import { addDays, monthEnd, weekdayOf, weekdayWord } from '@/format/days'
import type { AxisChart, ChartLine } from '@/kit/charts/axis_option'
import type { ChartTable } from '@/kit/charts/chart_table'

import type { View } from './filter'
import { changeText, FIGURES, figureCell, figureOf, plainOf, textOf, titleOf, type Figure } from './figures'
import type { Comparison, Grain, Span } from './spans'
import { ordersOf } from './ways_on'

const SUNDAY = 7

export const COMPARED_WORDS: Record<Comparison, string> = { previous: '上一周期', last_year: '去年同期', none: '' }

/** The step that runs `today` is named as unfinished: it is lower for that alone. */
export function trendChart(trend: Trend, view: View, today: string): AxisChart {
  const figure = figureOf(view.figure)
  const isOneDay = view.span.from === view.span.to
  const compared = trend.compared?.points
  const lines: ChartLine[] = [lineOf(view.span.to >= today ? '本期（未完）' : '本期', 'main', trend.points, figure)]
  if (compared) {
    const aligned = trend.points.map((_, place) => compared[place] ?? null)
    const texts = aligned.map((point) => (point ? `${textOf(figure, valueOf(figure, point))}（${stepWord(point, view.grain, true)}）` : '—'))
    lines.unshift({ ...lineOf(COMPARED_WORDS[view.comparison], 'compared', aligned, figure), texts })
  }
  return {
    steps: trend.points.map((point) => (isOneDay ? clockWord(point) : stepWord(point, view.grain, false))),
    titles: trend.points.map((point) => stepWord(point, view.grain, true)),
    unit: figure.unit,
    lines,
  }
}

export function trendTable(trend: Trend, view: View): ChartTable {
  const chosen = figureOf(view.figure)
  const compared = trend.compared?.points
  const rows = trend.points.filter((point) => point.sums !== null)
  return {
    columns: [
      { title: '时间' },
      ...FIGURES.map((figure) => ({ title: titleOf(figure), isNumber: true })),
      ...(compared ? [{ title: `${COMPARED_WORDS[view.comparison]}${titleOf(chosen)}`, isNumber: true }, { title: '变化', isNumber: true }] : []),
    ],
    rows: rows.map((point, place) => {
      const before = compared?.[place] ? valueOf(chosen, compared[place]) : null
      return {
        key: `${point.start} ${point.hour ?? ''}`,
        to: ordersOf(view, stepSpan(point, view)),
        cells: [
          { text: stepWord(point, view.grain, true) },
          ...FIGURES.map((figure) => figureCell(figure, valueOf(figure, point))),
          ...(compared ? [figureCell(chosen, before), { text: changeText(valueOf(chosen, point), before) || '—' }] : []),
        ],
      }
    }),
  }
}

/** The days of a step, within the range. */
export function stepSpan(point: TrendPoint, { grain, span }: View): Span {
  const last = grain === 'month' ? monthEnd(point.start) : grain === 'week' ? addDays(point.start, SUNDAY - weekdayOf(point.start)) : point.start
  return { from: point.start < span.from ? span.from : point.start, to: last > span.to ? span.to : last }
}

/** `11-03`, or whole `2026-11-03 周二`. */
export function stepWord({ start, hour }: { start: string; hour?: number | null }, grain: Grain, isWhole: boolean): string {
  if (grain === 'month') return start.slice(0, 7)
  const day = isWhole ? start : start.slice(5)
  if (grain === 'week') return `${day} 起${isWhole ? '的一周' : ''}`
  const at = hour === null || hour === undefined ? '' : ` ${hour} 时`
  return isWhole ? `${day} ${weekdayWord(weekdayOf(start))}${at}` : `${day}${at}`
}

function clockWord(point: TrendPoint): string {
  return point.hour === null ? point.start.slice(5) : `${point.hour} 时`
}

function lineOf(name: string, kind: ChartLine['kind'], points: readonly (TrendPoint | null)[], figure: Figure): ChartLine {
  const values = points.map((point) => (point ? valueOf(figure, point) : null))
  return { name, kind, values: values.map((value) => plainOf(figure, value)), texts: values.map((value) => textOf(figure, value)) }
}

function valueOf(figure: Figure, point: TrendPoint): number | null {
  return figure.of(point.sums, point.available_s)
}
