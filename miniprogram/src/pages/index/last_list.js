// The last list of stations, kept on the phone for a start without a network; told with its age, never as new.
// @ts-check

const { serverNow } = require('../../api/clock')

/** @typedef {import('../../api/stations').StationCard} StationCard */

const KEY = 'last_stations'

/** @param {StationCard[]} stations */
function keepList(stations) {
  wx.setStorageSync(KEY, { stations, at_ms: serverNow() })
}

/** @returns {{stations: StationCard[], at_ms: number} | null} */
function findKeptList() {
  return wx.getStorageSync(KEY) || null
}

module.exports = { keepList, findKeptList }
