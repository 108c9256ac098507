// Stations as the home page lists them, and which of them fit what the driver looks for.
// @ts-check

const { distance } = require('../../format/distance')
const { ratedKw } = require('../../format/energy')
const { ago } = require('../../format/time')
const { labels } = require('../../labels/generated')
const { openView } = require('../../views/open')
const { photoUrl } = require('../../views/photo')
const { priceView } = require('../../views/price')

/** @typedef {import('../../api/stations').StationCard} StationCard */
/** @typedef {{text: string, isFree: boolean, kind: string, isByPrice: boolean}} Wish */

/** More would take a card two lines. */
const SHOWN_AMENITIES = 4

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

/**
 * @param {StationCard} station
 * @param {number} nowMs
 */
function cardOf(station, nowMs) {
  return {
    station_no: station.station_no,
    name: station.name,
    address: `${station.district || station.city} ${station.address}`,
    open: openView(station.open_now, nowMs),
    amenities: (station.amenities || []).slice(0, SHOWN_AMENITIES).map((amenity) => labels.Amenity[amenity]),
    cover: photoUrl(station.cover_url),
    distance: station.distance_m === null ? '' : distance(station.distance_m),
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

module.exports = { chooseStations, cardOf }
