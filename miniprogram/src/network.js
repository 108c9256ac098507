// Whether the phone has a network: asked once, then told by the platform to everyone who listens.
// @ts-check

const { hurryFeed } = require('./api/feed')

/** @typedef {(isOnline: boolean) => void} NetworkListener */

/** @type {Set<NetworkListener>} */
const listeners = new Set()
let isOnline = true
let isListening = false

/** @param {boolean} isNowOnline */
function change(isNowOnline) {
  if (isNowOnline === isOnline) return
  isOnline = isNowOnline
  if (isOnline) hurryFeed()
  listeners.forEach((listener) => listener(isOnline))
}

function startListening() {
  isListening = true
  wx.onNetworkStatusChange((status) => change(status.isConnected))
  wx.getNetworkType({ success: (answer) => change(answer.networkType !== 'none') })
}

/**
 * Tells the state now and each change until the returned function is called.
 * @param {NetworkListener} listener
 * @returns {() => void}
 */
function watchNetwork(listener) {
  if (!isListening) startListening()
  listeners.add(listener)
  listener(isOnline)
  return () => {
    listeners.delete(listener)
  }
}

/** Whether the phone has a network, as far as anybody has listened for it. */
function hasNetwork() {
  return isOnline
}

module.exports = { watchNetwork, hasNetwork }
