/** Piles or guns, best or worst first. */

import type { PileRank, PileRanking } from '@/api/types'
import { groupThousands } from '@/format/money'
import type { ChartTable } from '@/kit/charts/chart_table'
import type { RankedBar } from '@/kit/charts/ranked_bar'
import { label } from '@/labels'

import type { View } from './filter'
import { FIGURES, figureCell, figureOf, plainOf, textOf, titleOf } from './figures'
import { chargesOf, pileOf } from './ways_on'

export function pileBars({ rows }: PileRanking, view: View): RankedBar[] {
  return rows.map((row) => {
    const [value, text] = measured(row, view.sort)
    return { key: keyOf(row), name: nameOf(row), note: noteOf(row, view.sort), to: rowsOf(row, view), value, text }
  })
}

export function pileTable({ rows }: PileRanking, view: View): ChartTable {
  return {
    columns: [
      { title: view.by === 'pile' ? '充电桩' : '充电枪' },
      { title: '充电站' },
      { title: '桩类型' },
      ...FIGURES.map((figure) => ({ title: titleOf(figure), isNumber: true })),
      { title: '启动失败（次）', isNumber: true },
    ],
    rows: rows.map((row) => ({
      key: keyOf(row),
      to: rowsOf(row, view),
      cells: [
        { text: nameOf(row) },
        { text: row.station_name },
        { text: label('PileKind', row.pile_kind) },
        ...FIGURES.map((figure) => figureCell(figure, figure.of(row.sums, row.available_s))),
        { text: groupThousands(row.failed_starts), plain: row.failed_starts },
      ],
    })),
  }
}

/** Lists know piles, not guns, and no failed starts by pile: those lead to the pile itself. */
function rowsOf(row: PileRank, view: View): RankedBar['to'] {
  return row.connector_no === null && view.sort !== 'failures' ? chargesOf(view, row.pile_no) : pileOf(row.pile_no)
}

function keyOf(row: PileRank): string {
  return row.connector_no ?? row.pile_no
}

function nameOf(row: PileRank): string {
  return row.connector_no === null ? `${row.pile_name} ${row.pile_no}` : `${row.pile_name} ${row.connector_no}`
}

function measured(row: PileRank, sort: View['sort']): [number | null, string] {
  if (sort === 'failures') return [row.failed_starts, `${groupThousands(row.failed_starts)} 次`]
  const figure = figureOf(sort)
  const value = figure.of(row.sums, row.available_s)
  return [plainOf(figure, value), textOf(figure, value)]
}

/** The station, and what else tells whether it works. */
function noteOf(row: PileRank, sort: View['sort']): string {
  const words = [row.station_name]
  if (sort !== 'charges') words.push(`${groupThousands(row.sums.charges)} 次`)
  if (sort !== 'failures' && row.failed_starts > 0) words.push(`启动失败 ${groupThousands(row.failed_starts)} 次`)
  return words.join(' · ')
}
