/** How deep the colour of a cell is. */

const DEEPEST = 5

/** 0 for nothing, then 1 to 5 by equal steps of the largest; `none` where nothing is known. */
export function depthOf(value: number | null, most: number): number | 'none' {
  if (value === null) return 'none'
  if (value <= 0 || most <= 0) return 0
  return Math.min(DEEPEST, Math.max(1, Math.ceil((value * DEEPEST) / most)))
}
