/** Why charges did not start, most frequent first, with the part of all that it makes together with those before it. */

import type { Failures } from '@/api/types'
import { formatPermille } from '@/format/measure'
import { groupThousands } from '@/format/money'
import type { ChartTable } from '@/kit/charts/chart_table'
import type { RankedBar } from '@/kit/charts/ranked_bar'
import { label } from '@/labels'

import type { View } from './filter'
import { changeText } from './figures'
import { failedStartsOf, pileOf, stationOf } from './ways_on'

type Reason = Failures['reasons'][number]
interface Place {
  failed: number
  started: number
}

/** The table has the rest. */
export const MOST_BARS = 10

interface Cumulated extends Reason {
  permille: number
  cumulatedPermille: number
}

export function cumulated({ reasons }: Failures): Cumulated[] {
  const all = reasons.reduce((sum, { count }) => sum + count, 0)
  let sum = 0
  return [...reasons]
    .sort((a, b) => b.count - a.count)
    .map((reason) => {
      sum += reason.count
      return { ...reason, permille: permilleOf(reason.count, all), cumulatedPermille: permilleOf(sum, all) }
    })
}

export function reasonBars(failures: Failures, view: View): RankedBar[] {
  return cumulated(failures).map((row) => ({
    key: row.reason,
    name: label('FailureReason', row.reason),
    note: `占 ${formatPermille(row.permille)}，累计 ${formatPermille(row.cumulatedPermille)}`,
    to: failedStartsOf(view, { reason: row.reason }),
    value: row.count,
    text: `${groupThousands(row.count)} 次`,
    ...(row.compared === null ? {} : { compared: row.compared, change: changeText(row.count, row.compared) }),
  }))
}

export function reasonTable(failures: Failures, view: View): ChartTable {
  const isCompared = failures.reasons.some(({ compared }) => compared !== null)
  return {
    columns: [
      { title: '原因' },
      { title: '次数', isNumber: true },
      { title: '占比', isNumber: true },
      { title: '累计占比', isNumber: true },
      ...(isCompared ? [{ title: '对比期次数', isNumber: true }] : []),
    ],
    rows: cumulated(failures).map((row) => ({
      key: row.reason,
      to: failedStartsOf(view, { reason: row.reason }),
      cells: [
        { text: label('FailureReason', row.reason) },
        { text: groupThousands(row.count), plain: row.count },
        { text: formatPermille(row.permille) },
        { text: formatPermille(row.cumulatedPermille) },
        ...(isCompared ? [{ text: groupThousands(row.compared ?? 0), plain: row.compared }] : []),
      ],
    })),
  }
}

export function stationBars({ stations }: Failures, view: View): RankedBar[] {
  return stations.slice(0, MOST_BARS).map((row) => ({
    key: row.station_no, name: row.name, note: rateWord(row), to: failedStartsOf(view, { stationNo: row.station_no }) ?? stationOf(row.station_no), value: row.failed, text: `${groupThousands(row.failed)} 次`,
  }))
}

export function pileBars({ piles }: Failures): RankedBar[] {
  return piles.slice(0, MOST_BARS).map((row) => ({
    key: row.pile_no, name: `${row.pile_name} ${row.pile_no}`, note: `${row.station_name} · ${rateWord(row)}`, to: pileOf(row.pile_no), value: row.failed, text: `${groupThousands(row.failed)} 次`,
  }))
}

export function stationTable({ stations }: Failures, view: View): ChartTable {
  return {
    columns: [{ title: '充电站' }, ...PLACE_COLUMNS],
    rows: stations.map((row) => ({ key: row.station_no, to: failedStartsOf(view, { stationNo: row.station_no }), cells: [{ text: row.name }, ...placeCells(row)] })),
  }
}

export function pileTable({ piles }: Failures): ChartTable {
  return {
    columns: [{ title: '充电桩' }, { title: '充电站' }, ...PLACE_COLUMNS],
    rows: piles.map((row) => ({
      key: row.pile_no, to: pileOf(row.pile_no), cells: [{ text: `${row.pile_name} ${row.pile_no}` }, { text: row.station_name }, ...placeCells(row)],
    })),
  }
}

/** `started` counts those that failed too. */
export function rateWord({ failed, started }: Place): string {
  return `失败率 ${formatPermille(permilleOf(failed, started))}（${groupThousands(failed)} / ${groupThousands(started)} 次）`
}

const PLACE_COLUMNS = [
  { title: '启动失败（次）', isNumber: true },
  { title: '启动（次）', isNumber: true },
  { title: '失败率', isNumber: true },
] as const

function placeCells(row: Place): ChartTable['rows'][number]['cells'] {
  return [
    { text: groupThousands(row.failed), plain: row.failed },
    { text: groupThousands(row.started), plain: row.started },
    { text: formatPermille(permilleOf(row.failed, row.started)) },
  ]
}

function permilleOf(part: number, whole: number): number {
  return whole <= 0 ? 0 : Math.round((part * 1000) / whole)
}
