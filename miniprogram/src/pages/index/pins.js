// Pins on the map: one for each station, or one for several that would lie on one another at this scale; in colour and
// in words what is free and what a kWh costs.
// @ts-check

const { roundedUpPrice } = require('../../format/money')

/** @typedef {import('../../api/stations').StationCard} StationCard */
/** @typedef {import('../../api/stations').Place} Place */
/** What the map shows; sizes in pixels. @typedef {{centre: Place, scale: number, width: number, height: number}} View */
/** The first is where the pin stands. @typedef {StationCard[]} Group */

const TILE_PX = 256
const PIN_WIDTH = 32
const PIN_HEIGHT = 40
/** What a pin and its words take up: nearer ones would cover one another. */
const ROOM = { width: 116, height: 84 }
const BRAND = '#0a7d55'
const BUSY = '#b45309'
const SILENT = '#68736e'
const CHOSEN = '#17211d'

/**
 * Where a place is in the flat world of the map, in pixels at this scale.
 * @param {Place} place
 * @param {number} scale
 */
function pixelOf({ latitude, longitude }, scale) {
  const world = TILE_PX * 2 ** scale
  const sine = Math.sin((latitude * Math.PI) / 180)
  return {
    x: ((longitude + 180) / 360) * world,
    y: (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * world,
  }
}

/** @param {StationCard} station @returns {Place} */
function placeOf(station) {
  return { latitude: station.lat, longitude: station.lng }
}

/**
 * Each station alone, or with the one before it whose pin it would touch; so no two pins lie on one another.
 * @param {StationCard[]} stations
 * @param {number} scale
 * @returns {Group[]}
 */
function groupsOf(stations, scale) {
  /** @type {{at: {x: number, y: number}, group: Group}[]} */
  const found = []
  stations.forEach((station) => {
    const at = pixelOf(placeOf(station), scale)
    const touched = found.find(
      (other) => Math.abs(other.at.x - at.x) < ROOM.width && Math.abs(other.at.y - at.y) < ROOM.height,
    )
    if (touched) touched.group.push(station)
    else found.push({ at, group: [station] })
  })
  return found.map(({ group }) => group)
}

/**
 * Whether a pin's words are seen whole; words that the edge would cut are left out.
 * @param {Group} group
 * @param {View} view
 */
function hasRoom([station], view) {
  const at = pixelOf(placeOf(station), view.scale)
  const middle = pixelOf(view.centre, view.scale)
  const right = at.x - middle.x + view.width / 2
  const down = at.y - middle.y + view.height / 2
  return right >= ROOM.width / 2 && right <= view.width - ROOM.width / 2 && down >= ROOM.height && down <= view.height
}

/** @param {Group} group */
function kindOf(group) {
  if (group.every((station) => station.is_stale)) return 'silent'
  return group.some((station) => !station.is_stale && station.connectors_free > 0) ? 'free' : 'busy'
}

/** @param {Group} group */
function wordsOf(group) {
  const free = group.reduce((sum, station) => sum + (station.is_stale ? 0 : station.connectors_free), 0)
  if (group.length > 1) return `${group.length}座站 空闲${free}`
  const [station] = group
  const price = station.price ? ` ¥${roundedUpPrice(station.price.total_e5)}` : ''
  return `${station.is_stale ? '—' : station.connectors_free}/${station.connectors_total}${price}`
}

const ALWAYS = /** @type {'ALWAYS'} */ ('ALWAYS')
const ON_TAP = /** @type {'BYCLICK'} */ ('BYCLICK')
const COLOURS = { silent: SILENT, free: BRAND, busy: BUSY }

/**
 * @param {Group} group
 * @param {number} id
 * @param {string} chosenNo
 * @param {View} view
 */
function markerOf(group, id, chosenNo, view) {
  const isChosen = group.some((station) => station.station_no === chosenNo)
  const kind = kindOf(group)
  return {
    id,
    latitude: group[0].lat,
    longitude: group[0].lng,
    iconPath: `/images/pin-${kind}.png`,
    width: PIN_WIDTH,
    height: PIN_HEIGHT,
    zIndex: isChosen ? 1 : 0,
    ariaLabel: group.map((station) => station.name).join('、'),
    callout: {
      content: wordsOf(group),
      color: '#ffffff',
      fontSize: 14,
      borderRadius: 8,
      borderWidth: 0,
      borderColor: '#ffffff',
      bgColor: isChosen ? CHOSEN : COLOURS[kind],
      padding: 6,
      display: hasRoom(group, view) ? ALWAYS : ON_TAP,
      textAlign: /** @type {'center'} */ ('center'),
      anchorX: 0,
      anchorY: 0,
    },
  }
}

module.exports = { groupsOf, markerOf, placeOf }
