// Keep showing something that changes: read at once, then by the live feed; while the feed is silent, read every 5 s.
// @ts-check

const { watchTopic } = require('./feed')

const POLL_MS = 5000

/** @typedef {import('./http').ApiError} ApiError */

/**
 * @template T
 * @typedef {object} Following
 * @property {string} topic of the live feed
 * @property {() => Promise<T>} read the same over HTTP
 * @property {(data: T) => void} onData
 * @property {(error: ApiError) => void} onError a read failed; the next one follows by itself
 * @property {(isLive: boolean) => void} [onLink] whether values arrive by themselves at the moment
 */

/**
 * Follow until the returned function is called.
 * @template T
 * @param {Following<T>} following
 * @returns {() => void}
 */
function follow({ topic, read, onData, onError, onLink }) {
  let isStopped = false
  let isLive = false
  let timer = 0

  const readOnce = async () => {
    try {
      const data = await read()
      if (!isStopped && !isLive) onData(data)
    } catch (thrown) {
      if (!isStopped && !isLive) onError(/** @type {ApiError} */ (thrown))
    }
  }
  const tick = async () => {
    if (!isLive) await readOnce()
    if (!isStopped) timer = setTimeout(tick, POLL_MS)
  }
  const unwatch = watchTopic(topic, {
    onData,
    onLink(isNowLive) {
      if (isNowLive === isLive) return
      isLive = isNowLive
      if (onLink) onLink(isLive)
    },
  })
  tick()
  return () => {
    isStopped = true
    clearTimeout(timer)
    unwatch()
  }
}

module.exports = { follow }
