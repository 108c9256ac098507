/** Money and prices as people read them. Integers only: fen are never divided into floats. */

/** Fen as `¥1,234.56`; an unknown amount is a dash. */
export function formatFen(fen: number | null | undefined): string {
  if (fen === null || fen === undefined) return '—'
  const size = Math.abs(fen)
  const yuan = groupThousands((size - (size % 100)) / 100)
  return `${fen < 0 ? '-' : ''}¥${yuan}.${String(size % 100).padStart(2, '0')}`
}

/** 1e-5 yuan per kWh as `¥1.0483`: four decimals, the fifth only where there is one. */
export function formatPrice(priceE5: number): string {
  const rest = String(priceE5 % 100_000).padStart(5, '0')
  const whole = (priceE5 - (priceE5 % 100_000)) / 100_000
  return `¥${whole}.${rest.endsWith('0') ? rest.slice(0, 4) : rest}`
}

/** Yuan of an exact product of energy and price, with all the decimals it has (eight at most) and at least two. */
export function formatExactFen(fenE6: number): string {
  const unit = 100_000_000
  const rest = String(fenE6 % unit).padStart(8, '0')
  const decimals = `${rest.slice(0, 2)}${rest.slice(2).replace(/0+$/, '')}`
  return `¥${groupThousands((fenE6 - (fenE6 % unit)) / unit)}.${decimals}`
}

/** A whole number with thousands apart. */
export function groupThousands(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** `10,000+` where nobody counted any further. */
export function formatTotal(total: { count: number; is_capped: boolean }): string {
  return `${groupThousands(total.count)}${total.is_capped ? '+' : ''}`
}
