/** The curve of a charge as a chart: at the readings' own times, power from 0 kW on the left, SOC in percent on the right. */

import { formatKw } from '@/format/measure'
import { formatClock } from '@/format/time'
import type { ChartOption } from '@/kit/charts/chart_option'

export interface Sample {
  at: string
  powerW: number
  socPercent: number | null
}

/** `colour` reads one of the desk's tokens: a canvas knows no CSS variables. */
export function powerOption(samples: readonly Sample[], colour: (token: string) => string): ChartOption {
  const line = { show: true, lineStyle: { color: colour('--line-strong') } }
  const words = { color: colour('--ink-faint') }
  const series = { type: 'line' as const, showSymbol: false }
  return {
    animation: false,
    grid: { left: 52, right: 48, top: 34, bottom: 28 },
    tooltip: { trigger: 'axis', renderMode: 'richText' },
    xAxis: {
      type: 'time',
      axisLine: line,
      axisTick: { show: true },
      splitNumber: 4,
      axisLabel: { ...words, hideOverlap: true, formatter: (at: number) => formatClock(new Date(at)) },
    },
    yAxis: [
      {
        type: 'value',
        name: '功率 kW',
        nameTextStyle: { color: colour('--busy') },
        min: 0,
        axisLine: line,
        axisLabel: words,
        splitLine: { lineStyle: { color: colour('--mute-soft') } },
      },
      {
        type: 'value',
        name: 'SOC %',
        nameTextStyle: { color: colour('--good') },
        min: 0,
        max: 100,
        axisLine: line,
        axisLabel: words,
        splitLine: { show: false },
      },
    ],
    series: [
      {
        ...series,
        name: '功率 kW',
        lineStyle: { color: colour('--chart-busy'), width: 2 },
        itemStyle: { color: colour('--chart-busy') },
        areaStyle: { color: colour('--chart-busy-veil') },
        data: samples.map(({ at, powerW }) => [Date.parse(at), Number(formatKw(powerW).replaceAll(',', ''))]),
      },
      {
        ...series,
        name: 'SOC %',
        yAxisIndex: 1,
        lineStyle: { color: colour('--chart-good'), width: 2 },
        itemStyle: { color: colour('--chart-good') },
        data: samples.map(({ at, socPercent }) => [Date.parse(at), socPercent]),
      },
    ],
  }
}
