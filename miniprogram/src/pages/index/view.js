// Stations as the home page shows them: cards, pins on the map, and which of them fit what the driver looks for.
// @ts-check

const { distance } = require('../../format/distance')
const { roundedUpPrice } = require('../../format/money')
const { ratedKw } = require('../../format/energy')
const { ago } = require('../../format/time')
const { labels } = require('../../labels/generated')
const { priceView } = require('../../views/price')

/** @typedef {import('../../api/stations').StationCard} StationCard */
/** @typedef {{text: string, isFree: boolean, kind: string, isByPrice: boolean}} Wish */

const PIN_WIDTH = 32
const PIN_HEIGHT = 40
const BRAND = '#0a7d55'
const BUSY = '#b45309'
const SILENT = '#68736e'

/**
 * The stations that fit, in the order asked for; their own order is by distance.
 * @param {StationCard[]} stations
 * @param {Wish} wish
 */
function chooseStations(stations, wish) {
  const text = wish.text.trim().toLowerCase()
  const fitting = stations.filter(
    (station) =>
      (!text || `${station.name}${station.district}${station.address}`.toLowerCase().includes(text)) &&
      (!wish.isFree || station.connectors_free > 0) &&
      (!wish.kind || station.kinds.some((count) => count.kind === wish.kind)),
  )
  if (!wish.isByPrice) return fitting
  const cost = (/** @type {StationCard} */ station) => (station.price ? station.price.total_e5 : Infinity)
  return fitting.sort((a, b) => cost(a) - cost(b))
}

/** @param {StationCard} station */
function colourOf(station) {
  if (station.is_stale) return SILENT
  return station.connectors_free > 0 ? BRAND : BUSY
}

/** @param {StationCard} station */
function pinOf(station) {
  if (station.is_stale) return 'silent'
  return station.connectors_free > 0 ? 'free' : 'busy'
}

/**
 * @param {StationCard} station
 * @param {number} nowMs
 * @param {boolean} isFromHere whether the distance is the driver's own, not a city's or a chosen point's
 */
function cardOf(station, nowMs, isFromHere) {
  return {
    station_no: station.station_no,
    name: station.name,
    address: `${station.district} ${station.address}`,
    distance: station.distance_m === null || !isFromHere ? '' : distance(station.distance_m),
    free: station.connectors_free,
    total: station.connectors_total,
    parking: station.parking_fee,
    kinds: station.kinds.map((count) => ({
      kind: count.kind,
      label: labels.PileKind[count.kind],
      free: count.free,
      total: count.total,
      power: ratedKw(count.max_power_w),
    })),
    price: priceView(station.price, nowMs),
    next_price: priceView(station.next_price, nowMs),
    has_other_prices: station.has_other_prices,
    is_stale: station.is_stale,
    age: station.updated_at === null ? '' : ago(station.updated_at, nowMs),
  }
}

/**
 * A pin with free/total and the price per kWh, in colour and in words.
 * @param {StationCard} station
 * @param {number} id
 */
function markerOf(station, id) {
  const price = station.price ? ` ¥${roundedUpPrice(station.price.total_e5)}` : ''
  return {
    id,
    latitude: station.lat,
    longitude: station.lng,
    iconPath: `/images/pin-${pinOf(station)}.png`,
    width: PIN_WIDTH,
    height: PIN_HEIGHT,
    ariaLabel: station.name,
    callout: {
      content: `${station.connectors_free}/${station.connectors_total}${price}`,
      color: '#ffffff',
      fontSize: 14,
      borderRadius: 8,
      borderWidth: 0,
      borderColor: '#ffffff',
      bgColor: colourOf(station),
      padding: 5,
      display: /** @type {'ALWAYS'} */ ('ALWAYS'),
      textAlign: /** @type {'center'} */ ('center'),
      anchorX: 0,
      anchorY: 0,
    },
  }
}

module.exports = { chooseStations, cardOf, markerOf }
