/** How charges were paid for, most money first. */

import type { Ways } from '@/api/analysis'
import { formatFen, groupThousands } from '@/format/money'
import type { ChartTable } from '@/kit/charts/chart_table'
import type { RankedBar } from '@/kit/charts/ranked_bar'
import { formatPermille } from '@/format/measure'

import type { View } from './filter'
import { changeText, figureCell, figureOf } from './figures'
import { COMPARED_WORDS } from './trend'

export function wayBars(ways: Ways, wordOf: (way: string) => string): RankedBar[] {
  const all = ways.rows.reduce((sum, row) => sum + row.total_fen, 0)
  return inOrder(ways).map((row) => ({
    key: row.way,
    name: wordOf(row.way),
    note: `${groupThousands(row.charges)} 次，占 ${all > 0 ? formatPermille(Math.round((row.total_fen * 1000) / all)) : '—'}`,
    value: row.total_fen,
    text: formatFen(row.total_fen),
    ...(row.compared ? { compared: row.compared.total_fen, change: changeText(row.total_fen, row.compared.total_fen) } : {}),
  }))
}

export function wayTable(ways: Ways, view: View, wordOf: (way: string) => string): ChartTable {
  const isCompared = ways.rows.some(({ compared }) => compared !== null)
  const [money, charges] = [figureOf('money'), figureOf('charges')]
  return {
    columns: [
      { title: '支付方式' },
      { title: '充电次数（次）', isNumber: true },
      { title: '充电金额（元）', isNumber: true },
      ...(isCompared ? [`${COMPARED_WORDS[view.comparison]}次数（次）`, `${COMPARED_WORDS[view.comparison]}金额（元）`].map((title) => ({ title, isNumber: true })) : []),
    ],
    rows: inOrder(ways).map((row) => ({
      key: row.way,
      cells: [
        { text: wordOf(row.way) },
        figureCell(charges, row.charges),
        figureCell(money, row.total_fen),
        ...(isCompared ? [figureCell(charges, row.compared?.charges ?? null), figureCell(money, row.compared?.total_fen ?? null)] : []),
      ],
    })),
  }
}

function inOrder({ rows }: Ways): Ways['rows'] {
  return [...rows].sort((a, b) => b.total_fen - a.total_fen)
}
