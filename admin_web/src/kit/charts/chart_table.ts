/** The numbers of a chart as a table, and that table as a file. */

import type { RouteLocationRaw } from 'vue-router'

export interface ChartCell {
  /** As people read it. */
  text: string
  /** As a table program computes with it; the text where absent. */
  plain?: number | null
}

export interface ChartRow {
  key: string
  /** The list that makes the row. */
  to?: RouteLocationRaw | undefined
  cells: readonly ChartCell[]
}

export interface ChartTable {
  /** Units stand in the titles. */
  columns: readonly { title: string; isNumber?: boolean }[]
  rows: readonly ChartRow[]
}

const BYTE_ORDER_MARK = '\uFEFF'
/** A table program would take a text that begins so for a formula. */
const FORMULA = /^[=+\-@\t\r]/
const QUOTED = /[",\r\n]/

/** With the mark by which table programs know UTF-8. */
export function csvOf(table: ChartTable): string {
  const head = table.columns.map((column) => ({ text: column.title }))
  const lines = [head, ...table.rows.map((row) => row.cells)].map((cells) => cells.map(written).join(','))
  return `${BYTE_ORDER_MARK}${lines.join('\r\n')}\r\n`
}

export function textCell(text: string): ChartCell {
  return { text }
}

function written({ text, plain }: ChartCell): string {
  if (plain !== undefined) return plain === null ? '' : String(plain)
  const safe = FORMULA.test(text) ? `'${text}` : text
  return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
