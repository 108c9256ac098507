/** Numbers at an axis, as short as they can be said. */

const WAN = 10_000
const YI = 100_000_000
const MOST_DECIMALS = 2

/** `1.2万`, `3亿`, `0.25`. */
export function shorten(value: number): string {
  const size = Math.abs(value)
  if (size >= YI) return `${trimmed(value / YI)}亿`
  if (size >= WAN) return `${trimmed(value / WAN)}万`
  return trimmed(value)
}

function trimmed(value: number): string {
  return String(Number(value.toFixed(MOST_DECIMALS)))
}
