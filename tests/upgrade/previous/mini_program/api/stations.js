// Stations: those nearby, and one with its connectors and prices.
// @ts-check

const { request } = require('./request')

/** @typedef {import('./schema').components['schemas']['StationCard']} StationCard */
/** @typedef {import('./schema').components['schemas']['StationDetail']} StationDetail */
/** GCJ-02, decimal degrees. @typedef {{latitude: number, longitude: number}} Place */

const MOST_STATIONS = 50
const DEGREE_DECIMALS = 6

/** @param {Place} place */
function degrees(place) {
  return { lat: place.latitude.toFixed(DEGREE_DECIMALS), lng: place.longitude.toFixed(DEGREE_DECIMALS) }
}

/**
 * Nearest first, at most 50.
 * @param {Place} place
 * @param {number} radiusM
 * @returns {Promise<StationCard[]>}
 */
async function listNearby(place, radiusM) {
  const query = { ...degrees(place), radius_m: radiusM, limit: MOST_STATIONS }
  return (await request({ method: 'GET', path: '/api/v1/driver/stations/nearby', query })).stations
}

/**
 * @param {string} stationNo
 * @param {Place | null} place where the distance is measured from
 * @returns {Promise<StationDetail>}
 */
function getStation(stationNo, place) {
  const query = place ? degrees(place) : {}
  return request({ method: 'GET', path: `/api/v1/driver/stations/${encodeURIComponent(stationNo)}`, query })
}

module.exports = { listNearby, getStation }
