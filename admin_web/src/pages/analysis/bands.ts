/** Which part of energy and money falls into each price band. */

import type { BandRow, Bands, BandSums } from '@/api/types'
import { formatKwh, percentsOf } from '@/format/measure'
import { formatFen } from '@/format/money'
import type { ChartTable } from '@/kit/charts/chart_table'
import type { Share } from '@/kit/charts/ShareBar.vue'
import { label, options } from '@/labels'

import { figureCell, figureOf } from './figures'

/** In the order of the day's prices: sharp first. */
export function inOrder({ rows }: Bands): BandRow[] {
  const order = options('RateBand').map(({ value }) => value)
  return [...rows].sort((a, b) => order.indexOf(a.rate_band) - order.indexOf(b.rate_band))
}

export function energyShares(rows: readonly BandRow[], isCompared = false): Share[] {
  return shares(rows, isCompared, (of) => of.energy_wh, (wh) => `${formatKwh(wh)} 度`)
}

export function moneyShares(rows: readonly BandRow[], isCompared = false): Share[] {
  return shares(rows, isCompared, moneyOf, formatFen)
}

export function bandTable(bands: Bands): ChartTable {
  const rows = inOrder(bands)
  const energy = percentsOf(rows.map((row) => row.sums.energy_wh))
  const money = percentsOf(rows.map((row) => moneyOf(row.sums)))
  return {
    columns: [
      { title: '时段' },
      { title: '充电度数（度）', isNumber: true },
      { title: '度数占比（%）', isNumber: true },
      { title: '电费（元）', isNumber: true },
      { title: '服务费（元）', isNumber: true },
      { title: '电费与服务费（元）', isNumber: true },
      { title: '金额占比（%）', isNumber: true },
      { title: '平均单价（元/度）', isNumber: true },
    ],
    rows: rows.map((row, place) => ({
      key: row.rate_band,
      cells: [
        { text: label('RateBand', row.rate_band) },
        figureCell(figureOf('energy'), row.sums.energy_wh),
        { text: `${energy[place] ?? 0}%`, plain: energy[place] ?? 0 },
        figureCell(figureOf('money'), row.sums.electricity_fen),
        figureCell(figureOf('money'), row.sums.service_fen),
        figureCell(figureOf('money'), moneyOf(row.sums)),
        { text: `${money[place] ?? 0}%`, plain: money[place] ?? 0 },
        priceCell(row.sums),
      ],
    })),
  }
}

function priceCell(of: BandSums): ReturnType<typeof figureCell> {
  const price = figureOf('price')
  const sums = { ...of, charges: 0, idle_fen: 0, total_fen: moneyOf(of), duration_s: 0 }
  return figureCell(price, price.of(sums, null))
}

function moneyOf(of: BandSums): number {
  return of.electricity_fen + of.service_fen
}

function shares(rows: readonly BandRow[], isCompared: boolean, of: (amounts: BandSums) => number, text: (value: number) => string): Share[] {
  return rows.flatMap((row) => {
    const amounts = isCompared ? row.compared : row.sums
    if (!amounts) return []
    return [{ key: row.rate_band, name: label('RateBand', row.rate_band), value: of(amounts), text: text(of(amounts)), tone: row.rate_band }]
  })
}
