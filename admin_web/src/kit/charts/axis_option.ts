/**
 * Lines or columns over steps of time. What a person needs to read one from afar stands at it: each line has its name at
 * its end and the main one its highest value; values begin at zero; what is not known yet is a gap; what is compared with
 * has the same hue, dashed.
 */

import type { BarSeriesOption, LineSeriesOption } from 'echarts/charts'

import type { ChartOption, Colour } from './chart_option'
import { shorten } from './numbers'

export type LineKind = 'main' | 'compared' | 'second'

export interface ChartLine {
  name: string
  kind: LineKind
  /** One for each step, in the chart's unit; null where nothing is known. */
  values: readonly (number | null)[]
  /** The same as people read them, unit and all. */
  texts: readonly string[]
}

export interface AxisChart {
  /** What stands under the axis, one for each step. */
  steps: readonly string[]
  /** What a tooltip calls the steps; as under the axis where absent. */
  titles?: readonly string[]
  unit: string
  lines: readonly ChartLine[]
  /** Columns on one another: the lines are parts of a whole. */
  isStacked?: boolean
}

const TOKEN: Record<LineKind, string> = { main: '--chart-main', compared: '--chart-compared', second: '--chart-second' }
const INK: Record<LineKind, string> = { main: '--chart-main-ink', compared: '--chart-main-ink', second: '--chart-second-ink' }
const LABEL_PX = 13
const FEWEST_FOR_LINE = 2
/** Of the highest value: names of lines that end no further apart would lie on one another. */
const CLOSE = 0.1
const APART_PX = 9
/** More than that, and points would hide the line. */
const MOST_SYMBOLS = 40

export function axisOption(chart: AxisChart, colour: Colour): ChartOption {
  const words = { color: colour('--ink-faint'), fontSize: LABEL_PX }
  const ends = endOffsets(chart.lines)
  const longest = Math.max(0, ...chart.lines.map((line) => line.name.length))
  return {
    animation: false,
    grid: { left: 64, right: chart.isStacked ? 16 : 24 + longest * LABEL_PX, top: 44, bottom: 32 },
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      confine: true,
      axisPointer: { type: chart.isStacked ? 'shadow' : 'line' },
      formatter: (at) => tooltipOf(chart, Array.isArray(at) ? (at[0]?.dataIndex ?? 0) : at.dataIndex),
    },
    xAxis: {
      type: 'category',
      data: [...chart.steps],
      boundaryGap: chart.isStacked ?? chart.steps.length < FEWEST_FOR_LINE,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colour('--line-strong') } },
      axisLabel: { ...words, hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      name: chart.unit,
      nameTextStyle: { ...words, align: 'right' },
      min: 0,
      splitNumber: 4,
      axisLabel: { ...words, formatter: (value: number) => shorten(value) },
      splitLine: { lineStyle: { color: colour('--mute-soft') } },
    },
    series: chart.lines.map((line) => (chart.isStacked ? column(line, colour) : curve(line, { steps: chart.steps.length, endPx: ends.get(line) ?? 0 }, colour))),
  }
}

function curve(line: ChartLine, told: { steps: number; endPx: number }, colour: Colour): LineSeriesOption {
  const isMain = line.kind !== 'compared'
  const last = line.values.findLastIndex((value) => value !== null)
  const highest = isMain ? indexOfHighest(line.values) : -1
  const label = { show: true, color: colour(INK[line.kind]), fontSize: LABEL_PX, fontWeight: isMain ? ('bold' as const) : ('normal' as const) }
  return {
    type: 'line',
    name: line.name,
    z: isMain ? 3 : 2,
    showAllSymbol: true,
    symbol: 'circle',
    lineStyle: { color: colour(TOKEN[line.kind]), width: isMain ? 3 : 2, type: isMain ? 'solid' : 'dashed' },
    itemStyle: { color: colour(TOKEN[line.kind]) },
    data: line.values.map((value, index) => ({
      value: value ?? '-',
      symbolSize: symbolOf(index, { last, highest, steps: told.steps, isMain }),
      ...(index === last
        ? { label: { ...label, position: 'right' as const, offset: [0, told.endPx], formatter: index === highest ? `${line.name}\n${line.texts[index] ?? ''}` : line.name } }
        : index === highest
          ? { label: { ...label, position: 'top' as const, formatter: `最高 ${line.texts[index] ?? ''}` } }
          : {}),
    })),
  }
}

function column(line: ChartLine, colour: Colour): BarSeriesOption {
  return {
    type: 'bar',
    name: line.name,
    stack: 'whole',
    barMaxWidth: 44,
    itemStyle: { color: colour(TOKEN[line.kind]) },
    data: line.values.map((value) => value ?? '-'),
  }
}

/** Two lines that end close together have their names one above the other, in the order of their ends. */
function endOffsets(lines: readonly ChartLine[]): ReadonlyMap<ChartLine, number> {
  const most = Math.max(...lines.flatMap((line) => line.values.map((value) => value ?? 0)))
  const [upper, lower] = lines
    .map((line) => ({ line, end: line.values.findLast((value) => value !== null) ?? 0, at: line.values.findLastIndex((value) => value !== null) }))
    .sort((a, b) => b.end - a.end)
  if (!upper || upper.at !== lower?.at || upper.end - lower.end > most * CLOSE) return new Map()
  return new Map([[upper.line, -APART_PX], [lower.line, APART_PX]])
}

function symbolOf(index: number, told: { last: number; highest: number; steps: number; isMain: boolean }): number {
  if (index === told.highest) return 9
  if (index === told.last) return told.isMain ? 9 : 6
  return told.isMain && told.steps <= MOST_SYMBOLS ? 6 : 0
}

function indexOfHighest(values: readonly (number | null)[]): number {
  let found = -1
  values.forEach((value, index) => {
    if (value !== null && value > 0 && value > (values[found] ?? 0)) found = index
  })
  return found
}

function tooltipOf(chart: AxisChart, index: number): string {
  const rows = chart.lines.map((line) => `${line.name}  ${line.texts[index] ?? '—'}`)
  return [chart.titles?.[index] ?? chart.steps[index] ?? '', ...rows].join('\n')
}
