/** Fee lines beside one another: one row for a period, electricity and service apart. */

import type { FeeLine } from '@/api/types'

export interface FeeRow {
  key: string
  localDate: string
  startSlot: number
  endSlot: number
  rateBand: FeeLine['rate_band']
  energyWh: number
  lines: Partial<Record<FeeLine['component'], FeeLine>>
  feeFen: number
  note: string
}

export function toFeeRows(lines: readonly FeeLine[]): FeeRow[] {
  const rows = new Map<string, FeeRow>()
  for (const line of lines) {
    const key = [line.local_date, line.start_slot, line.end_slot, line.rate_band, line.note].join('|')
    const row = rows.get(key) ?? emptyRow(key, line)
    // A second line of one component in a period (a correction) stands in a row of its own.
    const target = row.lines[line.component] ? emptyRow(`${key}|${rows.size}`, line) : row
    target.lines[line.component] = line
    target.energyWh = Math.max(target.energyWh, line.energy_wh)
    target.feeFen += line.fee_fen
    rows.set(target.key, target)
  }
  return [...rows.values()]
}

function emptyRow(key: string, line: FeeLine): FeeRow {
  return {
    key,
    localDate: line.local_date,
    startSlot: line.start_slot,
    endSlot: line.end_slot,
    rateBand: line.rate_band,
    energyWh: 0,
    lines: {},
    feeFen: 0,
    note: line.note,
  }
}
