/** What a table is made of besides its rows. */

export interface Column {
  key: string
  title: string
  isNumber?: boolean
  /** No narrower than this, however little room there is. */
  minPx?: number
}

/** A row of sums below a table, by the columns' keys; `title` says of what. */
export interface Sums {
  title: string
  of: Readonly<Record<string, string>>
}

/** How many columns the title of a row of sums may take: those before the first sum. */
export function leadOf(columns: readonly Column[], sums: Sums): number {
  const first = columns.findIndex(({ key }) => key in sums.of)
  return Math.max(1, first < 0 ? columns.length : first)
}
