// A price as every page shows it: the band, electricity and service apart and as a sum, and until when it holds.
// @ts-check

const { priceText, yuan } = require('../format/money')
const { ratedKw } = require('../format/energy')
const { untilText, slotTime, slotNow } = require('../format/time')
const { termsText } = require('./idle')
const { labels } = require('../labels/generated')

/** @typedef {import('../api/schema').components['schemas']['PriceView']} PriceView */
/** @typedef {import('../api/schema').components['schemas']['PriceStrip']} PriceStrip */
/** @typedef {import('../api/schema').components['schemas']['PriceOutlook']} PriceOutlook */

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
 * The prices of the coming hours, each from where the one before ends.
 * @param {PriceView | null} now
 * @param {readonly PriceView[] | undefined} coming none from a server of the version before
 * @param {number} nowMs
 */
function comingView(now, coming, nowMs) {
  const starts = [now, ...(coming || [])].map((price) => (price && price.until ? untilText(price.until, nowMs) : ''))
  return (coming || []).map((price, index) => ({
    from: starts[index],
    band: price.rate_band,
    band_label: labels.RateBand[price.rate_band],
    electricity: priceText(price.electricity_e5),
    service: priceText(price.service_e5),
    total: priceText(price.total_e5),
  }))
}

/**
 * What a usual charge costs, now and later where that is markedly less.
 * @param {PriceOutlook | null | undefined} outlook
 * @param {number} nowMs
 */
function outlookView(outlook, nowMs) {
  if (!outlook) return null
  const { later } = outlook
  return {
    energy: String(Math.floor(outlook.energy_wh / 1000)),
    total: yuan(outlook.total_fen),
    electricity: yuan(outlook.electricity_fen),
    service: yuan(outlook.service_fen),
    power: ratedKw(outlook.rated_w),
    later: later ? { from: untilText(later.start_at, nowMs), total: yuan(later.total_fen), saved: yuan(later.saved_fen) } : null,
  }
}

/**
 * The day's periods as bars, and tomorrow's where there are any; one scale for both.
 * @param {PriceStrip} strip
 * @param {number} nowMs
 */
function stripView(strip, nowMs) {
  const { periods, tomorrow } = strip
  const all = tomorrow ? [...periods, ...tomorrow.periods] : periods
  const dearest = Math.max(1, ...all.map((period) => period.total_e5))
  const now = slotNow(nowMs)
  return {
    tariff_no: strip.tariff_no,
    kinds: strip.kinds.map((kind) => labels.PileKind[kind]).join('、'),
    now_percent: (now / SLOTS) * 100,
    bars: bars(periods, dearest, now),
    today: strip.today ? dayText(strip.today) : '',
    tomorrow_bars: tomorrow ? bars(tomorrow.periods, dearest, -1) : [],
    tomorrow: tomorrow ? dayText(tomorrow) : '',
    note: noteText(strip, nowMs),
    outlook: outlookView(strip.outlook, nowMs),
    idle: termsText(strip.idle_terms),
  }
}

/**
 * Where each period begins, how wide and how high it is (percent), and its prices; `now` is a slot, -1: on another day.
 * @param {PriceStrip['periods']} periods
 * @param {number} dearest
 * @param {number} now
 */
function bars(periods, dearest, now) {
  return periods.map((period) => ({
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
  }))
}

/** @param {PriceStrip['today']} day */
function dayText(day) {
  const kind = labels.DayKind[day.day_kind]
  return day.day_name ? `${kind}·${day.day_name}` : kind
}

/**
 * What a driver should know of tomorrow: that it costs otherwise, and why; or when new prices begin.
 * @param {PriceStrip} strip
 * @param {number} nowMs
 */
function noteText(strip, nowMs) {
  if (strip.changes_at) return `${untilText(strip.changes_at, nowMs)} 起调价，那之后开始的充电按新价格计费`
  const { today, tomorrow } = strip
  if (!tomorrow || !strip.is_tomorrow_other) return ''
  if (!today || today.day_kind === tomorrow.day_kind) return '明天价格不同'
  return `明天是${dayText(tomorrow)}，价格不同`
}

module.exports = { priceView, comingView, outlookView, stripView }
