// Money as people read it. Amounts are integer fen and prices integer 1e-5 yuan per kWh; no float is ever made.
// @ts-check

const FEN_PER_YUAN = 100
const E5_PER_YUAN = 100000
const YUAN_TYPED = /^(\d{1,7})(?:\.(\d{0,2}))?$/

/** @param {number} whole @returns {string} */
function grouped(whole) {
  return String(whole).replace(/\B(?=(\d{3})+$)/g, ',')
}

/**
 * `1,234.56` for 123456 fen, without the currency sign.
 * @param {number} fen
 */
function plainYuan(fen) {
  const size = Math.abs(fen)
  const cents = String(size % FEN_PER_YUAN).padStart(2, '0')
  return `${fen < 0 ? '-' : ''}${grouped(Math.floor(size / FEN_PER_YUAN))}.${cents}`
}

/**
 * `¥1,234.56`; `-¥3.20` for a negative amount.
 * @param {number} fen
 */
function yuan(fen) {
  return fen < 0 ? `-¥${plainYuan(-fen)}` : `¥${plainYuan(fen)}`
}

/**
 * A change of a balance, with its sign: `+¥100.00`, `-¥3.20`, `¥0.00`.
 * @param {number} fen
 */
function signedYuan(fen) {
  return fen > 0 ? `+${yuan(fen)}` : yuan(fen)
}

/**
 * A price per kWh, at least four decimals: `1.0483` for 104830, `0.30005` for 30005.
 * @param {number} e5
 */
function priceText(e5) {
  const cut = String(e5 % E5_PER_YUAN).padStart(5, '0')
  return `${Math.floor(e5 / E5_PER_YUAN)}.${cut.endsWith('0') ? cut.slice(0, 4) : cut}`
}

/**
 * Yuan of an exact product of energy and price, all eight decimals that it may have but those that are 0 at its end, at
 * least two: `1.294155` for 129415500 millionths of a fen.
 * @param {number} fenE6
 */
function exactYuan(fenE6) {
  const unit = FEN_PER_YUAN * 1000000
  const rest = String(fenE6 % unit).padStart(8, '0')
  return `${Math.floor(fenE6 / unit)}.${rest.slice(0, 2)}${rest.slice(2).replace(/0+$/, '')}`
}

/**
 * A price short enough for a pin on the map, rounded up so that it never promises less: `1.05` for 104830.
 * @param {number} e5
 */
function roundedUpPrice(e5) {
  return plainYuan(Math.ceil(e5 / 1000))
}

/**
 * Fen of an amount as it was typed (`12`, `12.5`, `12.50`); null for anything else.
 * @param {string} text
 * @returns {number | null}
 */
function parseYuan(text) {
  const found = YUAN_TYPED.exec(text.trim())
  if (!found) return null
  return Number(found[1]) * FEN_PER_YUAN + Number((found[2] || '').padEnd(2, '0'))
}

module.exports = { yuan, plainYuan, signedYuan, priceText, exactYuan, roundedUpPrice, parseYuan }
