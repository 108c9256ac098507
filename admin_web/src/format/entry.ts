/** Numbers as people type them, to whole units and back. Full-width digits and thousands' commas are taken. */

const PLAIN = /^\d{1,9}(?:\.(\d*))?$/

/** `12.5` yuan → 1250 fen; null for what is no amount of money. */
export function fenOf(typed: string): number | null {
  return scaled(typed, 2)
}

/** `0.6543` yuan per kWh → 65430; null for what is no price. */
export function priceE5Of(typed: string): number | null {
  return scaled(typed, 5)
}

/** Fen as they are typed: `12.50`. */
export function typedFen(fen: number | null): string {
  return fen === null ? '' : unscaled(fen, 2, 2)
}

/** A price as it is typed: four decimals, the fifth where there is one. */
export function typedPrice(e5: number | null): string {
  return e5 === null ? '' : unscaled(e5, 5, 4)
}

function scaled(typed: string, places: number): number | null {
  const plain = typed.normalize('NFKC').replace(/[,\s¥]/g, '')
  const found = PLAIN.exec(plain)
  const decimals = found?.[1] ?? ''
  if (!found || decimals.length > places) return null
  const whole = plain.split('.')[0] ?? '0'
  return Number(whole + decimals.padEnd(places, '0'))
}

function unscaled(value: number, places: number, least: number): string {
  const digits = String(value).padStart(places + 1, '0')
  const decimals = digits.slice(-places).replace(/0+$/, '').padEnd(least, '0')
  return `${digits.slice(0, -places)}.${decimals}`
}
