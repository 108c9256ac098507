/** Regions, and at last stations, ranked by one figure. */

import type { RegionRow, Regions } from '@/api/types'
import { groupThousands } from '@/format/money'
import type { ChartRow, ChartTable } from '@/kit/charts/chart_table'
import type { RankedBar } from '@/kit/charts/ranked_bar'
import type { Bubble } from '@/kit/map/bubbles'

import type { View } from './filter'
import { changeText, FIGURES, figureCell, plainOf, textOf, titleOf, type Figure } from './figures'
import { COMPARED_WORDS } from './trend'

export const LEVELS: Record<Regions['level'], string> = { province: '省、直辖市', city: '城市', district: '区县', station: '充电站' }

const E6 = 1_000_000

export function ranked(rows: readonly RegionRow[], figure: Figure): RegionRow[] {
  const of = (row: RegionRow): number => figure.of(row.sums, row.available_s) ?? -1
  return [...rows].sort((a, b) => of(b) - of(a))
}

export function keyOf(row: RegionRow): string {
  return row.station_no ?? row.division
}

export function regionBars(rows: readonly RegionRow[], figure: Figure, to: (row: RegionRow) => RankedBar['to']): RankedBar[] {
  return ranked(rows, figure).map((row) => {
    const now = figure.of(row.sums, row.available_s)
    const before = row.compared ? figure.of(row.compared, null) : null
    return {
      key: keyOf(row),
      name: row.name,
      note: noteOf(row),
      to: to(row),
      value: plainOf(figure, now),
      text: textOf(figure, now),
      ...(row.compared ? { compared: plainOf(figure, before), change: changeText(now, before) } : {}),
    }
  })
}

export function regionBubbles(rows: readonly RegionRow[], figure: Figure): Bubble[] {
  return rows.flatMap((row) => {
    const value = figure.of(row.sums, row.available_s)
    if (row.lat_e6 === null || row.lng_e6 === null || value === null) return []
    return [{ key: keyOf(row), name: row.name, lat: row.lat_e6 / E6, lng: row.lng_e6 / E6, value: figure.plain(value), text: figure.text(value) }]
  })
}

export function regionTable(regions: Regions, view: View, figure: Figure, to: (row: RegionRow) => ChartRow['to']): ChartTable {
  const isCompared = regions.rows.some((row) => row.compared !== null)
  return {
    columns: [
      { title: LEVELS[regions.level] },
      { title: '充电站数', isNumber: true },
      { title: '充电枪数', isNumber: true },
      ...FIGURES.map((one) => ({ title: titleOf(one), isNumber: true })),
      ...(isCompared ? [{ title: `${COMPARED_WORDS[view.comparison]}${titleOf(figure)}`, isNumber: true }] : []),
    ],
    rows: ranked(regions.rows, figure).map((row) => ({
      key: keyOf(row),
      to: to(row),
      cells: [
        { text: row.name },
        { text: groupThousands(row.stations), plain: row.stations },
        { text: groupThousands(row.connectors), plain: row.connectors },
        ...FIGURES.map((one) => figureCell(one, one.of(row.sums, row.available_s))),
        ...(isCompared ? [figureCell(figure, row.compared && figure.of(row.compared, null))] : []),
      ],
    })),
  }
}

function noteOf(row: RegionRow): string {
  const guns = `${groupThousands(row.connectors)} 把枪`
  return row.station_no === null ? `${groupThousands(row.stations)} 座站 · ${guns}` : guns
}
