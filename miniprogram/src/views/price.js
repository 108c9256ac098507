// A price as every page shows it: the band, electricity and service apart and as a sum, and until when it holds.
// @ts-check

const { priceText } = require('../format/money')
const { untilText, slotTime, slotNow } = require('../format/time')
const { labels } = require('../labels/generated')

/** @typedef {import('../api/schema').components['schemas']['PriceView']} PriceView */
/** @typedef {import('../api/schema').components['schemas']['PriceStrip']} PriceStrip */

const SLOTS = 48
const LOWEST_BAR = 24
const BAR_SPAN = 76

/**
 * @param {PriceView | null | undefined} price
 * @param {number} nowMs
 */
function priceView(price, nowMs) {
  if (!price) return null
  return {
    band: price.rate_band,
    band_label: labels.RateBand[price.rate_band],
    electricity: priceText(price.electricity_e5),
    service: priceText(price.service_e5),
    total: priceText(price.total_e5),
    until: price.until ? untilText(price.until, nowMs) : '',
  }
}

/**
 * The day's periods as bars: where each begins, how wide and how high it is (percent), and its prices.
 * @param {PriceStrip} strip
 * @param {number} nowMs
 */
function stripView(strip, nowMs) {
  const dearest = Math.max(...strip.periods.map((period) => period.total_e5))
  const now = slotNow(nowMs)
  return {
    tariff_no: strip.tariff_no,
    kinds: strip.kinds.map((kind) => labels.PileKind[kind]).join('、'),
    now_percent: (now / SLOTS) * 100,
    bars: strip.periods.map((period) => ({
      slot: period.start_slot,
      left: (period.start_slot / SLOTS) * 100,
      width: ((period.end_slot - period.start_slot) / SLOTS) * 100,
      height: LOWEST_BAR + Math.floor((period.total_e5 / dearest) * BAR_SPAN),
      is_now: period.start_slot <= now && now < period.end_slot,
      hours: `${slotTime(period.start_slot)}–${slotTime(period.end_slot)}`,
      band: period.rate_band,
      band_label: labels.RateBand[period.rate_band],
      electricity: priceText(period.electricity_e5),
      service: priceText(period.service_e5),
      total: priceText(period.total_e5),
    })),
  }
}

module.exports = { priceView, stripView }
