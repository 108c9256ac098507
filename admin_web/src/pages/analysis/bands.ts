/** Which part of energy and money falls into each price band. */

import type { BandRow, Bands } from '@/api/analysis'
import { formatKwh, percentsOf } from '@/format/measure'
import { formatFen } from '@/format/money'
import type { ChartTable } from '@/kit/charts/chart_table'
import type { Share } from '@/kit/charts/ShareBar.vue'
import { label, options } from '@/labels'

import { figureCell, figureOf } from './figures'

interface Amounts {
  energy_wh: number
  electricity_fen: number
  service_fen: number
}

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
  const energy = percentsOf(rows.map((row) => row.energy_wh))
  const money = percentsOf(rows.map(moneyOf))
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
        figureCell(figureOf('energy'), row.energy_wh),
        { text: `${energy[place] ?? 0}%`, plain: energy[place] ?? 0 },
        figureCell(figureOf('money'), row.electricity_fen),
        figureCell(figureOf('money'), row.service_fen),
        figureCell(figureOf('money'), moneyOf(row)),
        { text: `${money[place] ?? 0}%`, plain: money[place] ?? 0 },
        priceCell(row),
      ],
    })),
  }
}

function priceCell(row: BandRow): ReturnType<typeof figureCell> {
  const price = figureOf('price')
  const sums = { ...row, charges: 0, idle_fen: 0, total_fen: moneyOf(row), duration_s: 0 }
  return figureCell(price, price.of(sums, null))
}

function moneyOf(of: Amounts): number {
  return of.electricity_fen + of.service_fen
}

function shares(rows: readonly BandRow[], isCompared: boolean, of: (amounts: Amounts) => number, text: (value: number) => string): Share[] {
  return rows.flatMap((row) => {
    const amounts = isCompared ? row.compared : row
    if (!amounts) return []
    return [{ key: row.rate_band, name: label('RateBand', row.rate_band), value: of(amounts), text: text(of(amounts)), tone: row.rate_band }]
  })
}
