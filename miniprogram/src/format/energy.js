// Energy, power, voltage and current as people read them; the inputs are the API's integers.
// @ts-check

/**
 * `value / 10^digits` rounded half up to `decimals`, by integer maths.
 * @param {number} value
 * @param {number} digits
 * @param {number} decimals
 */
function scaled(value, digits, decimals) {
  const unit = 10 ** decimals
  const rounded = Math.floor((value + 10 ** (digits - decimals) / 2) / 10 ** (digits - decimals))
  const whole = Math.floor(rounded / unit)
  return decimals === 0 ? String(whole) : `${whole}.${String(rounded % unit).padStart(decimals, '0')}`
}

/**
 * kWh with 2 decimals, for lists: `12.35` for 12345 Wh.
 * @param {number} wh
 */
function kwhShort(wh) {
  return scaled(wh, 3, 2)
}

/**
 * kWh with 3 decimals, for details: `12.345`.
 * @param {number} wh
 */
function kwh(wh) {
  const whole = Math.floor(wh / 1000)
  return `${whole}.${String(wh % 1000).padStart(3, '0')}`
}

/**
 * kWh with 1 decimal, for estimates: `95.3`.
 * @param {number} wh
 */
function kwhAbout(wh) {
  return scaled(wh, 3, 1)
}

/**
 * kW with 1 decimal: `58.4`.
 * @param {number} w
 */
function kw(w) {
  return scaled(w, 3, 1)
}

/**
 * The rating of a pile in whole kW where it is one: `160`, `7`, `3.3`.
 * @param {number} w
 */
function ratedKw(w) {
  return w % 1000 === 0 ? String(w / 1000) : kw(w)
}

/**
 * Volts with 1 decimal of millivolts.
 * @param {number} mv
 */
function volts(mv) {
  return scaled(mv, 3, 1)
}

/**
 * Amperes with 1 decimal of milliamperes.
 * @param {number} ma
 */
function amperes(ma) {
  return scaled(ma, 3, 1)
}

module.exports = { kwh, kwhShort, kwhAbout, kw, ratedKw, volts, amperes }
