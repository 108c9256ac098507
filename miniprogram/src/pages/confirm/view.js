// A connector before the start as its page shows it: where it is, what it costs, what is held and what that buys.
// @ts-check

const { yuan } = require('../../format/money')
const { kwhAbout, ratedKw } = require('../../format/energy')
const { duration } = require('../../format/time')
const { labels } = require('../../labels/generated')
const { termsText } = require('../../views/idle')
const { openView } = require('../../views/open')
const { comingView, outlookView, priceView } = require('../../views/price')

/** @typedef {import('../../api/connectors').ResolvedConnector} ResolvedConnector */
/** @typedef {import('../../api/connectors').ChargeEstimate} ChargeEstimate */

const OFFERED_LIMITS_FEN = [2000, 3000, 5000, 10000]

/**
 * The limits that make a difference, as many as fill their rows together with 不限 and 自定义.
 * @param {number} leastFen
 * @param {number} mostFen
 */
function limitsBetween(leastFen, mostFen) {
  const fitting = OFFERED_LIMITS_FEN.filter((fen) => fen >= leastFen && fen <= mostFen)
  const whole = fitting.length === 3 ? [fitting[0], fitting[2]] : fitting
  return whole.map((fen) => ({ fen, text: `¥${fen / 100}` }))
}

/**
 * @param {ResolvedConnector} connector
 * @param {number} nowMs
 */
function connectorView(connector, nowMs) {
  return {
    connector_no: connector.connector_no,
    name: `${connector.pile_name} ${connector.gun}号枪`,
    kind: labels.PileKind[connector.kind],
    standard: connector.standard,
    power: ratedKw(connector.rated_w),
    station_no: connector.station.station_no,
    station_name: connector.station.name,
    address: connector.station.address,
    open: openView(connector.station.open_now, nowMs),
    parking: connector.station.parking_fee,
    phone: connector.station.service_phone,
    group: connector.state.group,
    label: labels.ConnectorStatus[connector.state.status],
    price: priceView(connector.price, nowMs),
    coming: comingView(connector.price, connector.coming_prices, nowMs),
    outlook: outlookView(connector.outlook, nowMs),
    idle: termsText(connector.idle_terms),
  }
}

/** @param {ChargeEstimate} estimate */
function estimateView(estimate) {
  const most = Math.min(estimate.max_hold_fen, estimate.available_fen)
  return {
    available: yuan(estimate.available_fen),
    hold: yuan(estimate.hold_fen),
    has_hold: estimate.hold_fen > 0,
    energy: kwhAbout(estimate.energy_wh),
    duration: duration(estimate.duration_s),
    power: ratedKw(estimate.rated_w),
    is_short: estimate.short_fen > 0,
    least: yuan(estimate.min_hold_fen),
    short_fen: Math.max(estimate.short_fen, estimate.debt_fen),
    limits: limitsBetween(estimate.min_hold_fen, most),
  }
}

/**
 * The amounts that pay for this charge alone, by WeChat Pay; none where it cannot be paid so.
 * @param {import('../../api/prepayments').PrepayQuote | null} quote
 */
function offersView(quote) {
  if (!quote || !quote.channels.includes('wechat')) return []
  return quote.offers.map((offer) => ({
    fen: offer.amount_fen,
    text: `¥${offer.amount_fen / 100}`,
    energy: kwhAbout(offer.energy_wh),
    duration: duration(offer.duration_s),
  }))
}

module.exports = { connectorView, estimateView, offersView }
