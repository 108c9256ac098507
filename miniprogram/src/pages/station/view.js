// A station as its page shows it: prices of the day and its connectors, pile by pile.
// @ts-check

const { distance } = require('../../format/distance')
const { kw, ratedKw } = require('../../format/energy')
const { ago, duration, openingHours } = require('../../format/time')
const { labels } = require('../../labels/generated')
const { openView } = require('../../views/open')
const { photoUrl } = require('../../views/photo')
const { priceView, stripView } = require('../../views/price')

/** @typedef {import('../../api/stations').StationDetail} StationDetail */
/** @typedef {StationDetail['connectors'][number]} StationConnector */

/** @param {StationConnector} connector */
function detailOf(connector) {
  const { state } = connector
  const parts = [
    state.soc_percent === null ? '' : `电量 ${state.soc_percent}%`,
    state.power_w === null ? '' : `${kw(state.power_w)} kW`,
    state.remaining_s === null ? '' : `约剩 ${duration(state.remaining_s)}`,
  ]
  return parts.filter(Boolean).join(' · ')
}

/**
 * @param {StationConnector} connector
 * @param {number} nowMs
 */
function connectorOf(connector, nowMs) {
  const { state } = connector
  return {
    connector_no: connector.connector_no,
    name: `${connector.gun}号枪`,
    standard: connector.standard,
    power: ratedKw(connector.rated_w),
    group: state.group,
    label: labels.ConnectorStatus[state.status],
    is_out: state.group === 'offline' || state.group === 'faulted',
    detail: detailOf(connector),
    stale: state.is_stale && state.updated_at !== null ? `最后一次报到在${ago(state.updated_at, nowMs)}` : '',
  }
}

/**
 * @param {StationDetail} detail
 * @param {number} nowMs
 */
function pilesOf(detail, nowMs) {
  /** @type {Map<string, {pile_no: string, name: string, kind: string, connectors: ReturnType<typeof connectorOf>[]}>} */
  const piles = new Map()
  detail.connectors.forEach((connector) => {
    const pile = piles.get(connector.pile_no) || {
      pile_no: connector.pile_no,
      name: connector.pile_name,
      kind: labels.PileKind[connector.kind],
      connectors: [],
    }
    pile.connectors.push(connectorOf(connector, nowMs))
    piles.set(connector.pile_no, pile)
  })
  return [...piles.values()]
}

/**
 * @param {StationDetail} detail
 * @param {number} nowMs
 */
function stationView(detail, nowMs) {
  const { station } = detail
  return {
    station_no: station.station_no,
    name: station.name,
    address: `${station.city}${station.district}${station.address}`,
    latitude: station.lat,
    longitude: station.lng,
    distance: station.distance_m === null ? '' : distance(station.distance_m),
    hours: openingHours(station.opening_hours),
    open: openView(station.open_now, nowMs),
    parking: station.parking_fee,
    parking_info: detail.parking_info || '',
    guide: detail.site_guide || '',
    amenities: (station.amenities || []).map((amenity) => labels.Amenity[amenity]),
    photos: (detail.photos || []).map(({ photo, url }) => ({ key: photo, url: photoUrl(url) })),
    phone: detail.service_phone,
    free: station.connectors_free,
    total: station.connectors_total,
    is_stale: station.is_stale,
    age: station.updated_at === null ? '暂无状态' : `${ago(station.updated_at, nowMs)}更新`,
    next_price: priceView(station.next_price, nowMs),
    strips: detail.price_strips.map((strip) => stripView(strip, nowMs)),
    piles: pilesOf(detail, nowMs),
  }
}

module.exports = { stationView }
