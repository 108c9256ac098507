/** How charges were paid for, most money first. */

import type { WayRow, Ways } from '@/api/types'
import { formatPermille } from '@/format/measure'
import { formatFen, groupThousands } from '@/format/money'
import type { ChartTable } from '@/kit/charts/chart_table'
import type { RankedBar } from '@/kit/charts/ranked_bar'
import { label } from '@/labels'

import type { View } from './filter'
import { changeText, figureCell, figureOf } from './figures'
import { COMPARED_WORDS } from './trend'

export function wayBars(ways: Ways): RankedBar[] {
  const all = ways.rows.reduce((sum, row) => sum + row.sums.total_fen, 0)
  return ways.rows.map((row) => ({
    key: `${row.way} ${row.channel ?? ''}`,
    name: nameOf(row),
    note: `${groupThousands(row.sums.charges)} 次，占 ${all > 0 ? formatPermille(Math.round((row.sums.total_fen * 1000) / all)) : '—'}`,
    value: row.sums.total_fen,
    text: formatFen(row.sums.total_fen),
    ...(row.compared ? { compared: row.compared.total_fen, change: changeText(row.sums.total_fen, row.compared.total_fen) } : {}),
  }))
}

export function wayTable(ways: Ways, view: View): ChartTable {
  const isCompared = ways.rows.some(({ compared }) => compared !== null)
  const [money, charges] = [figureOf('money'), figureOf('charges')]
  return {
    columns: [
      { title: '支付方式' },
      { title: '充电次数（次）', isNumber: true },
      { title: '充电金额（元）', isNumber: true },
      ...(isCompared ? [`${COMPARED_WORDS[view.comparison]}次数（次）`, `${COMPARED_WORDS[view.comparison]}金额（元）`].map((title) => ({ title, isNumber: true })) : []),
    ],
    rows: ways.rows.map((row) => ({
      key: `${row.way} ${row.channel ?? ''}`,
      cells: [
        { text: nameOf(row) },
        figureCell(charges, row.sums.charges),
        figureCell(money, row.sums.total_fen),
        ...(isCompared ? [figureCell(charges, row.compared?.charges ?? null), figureCell(money, row.compared?.total_fen ?? null)] : []),
      ],
    })),
  }
}

function nameOf({ way, channel }: WayRow): string {
  return channel === null ? label('PayWay', way) : `${label('Channel', channel)}${label('PayWay', way)}`
}
