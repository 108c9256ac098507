// Idempotency keys: one per intent (this connector with this limit), kept on the phone until the server has decided, so
// that a retry, a lost answer or a restarted app never starts twice.
// @ts-check

const KEPT_MS = 23 * 3600 * 1000

/** @typedef {import('./http').ApiError} ApiError */

/** @param {string} intent */
const storageKey = (intent) => `intent:${intent}`

/** Unique, not secret: keys are told apart per driver. */
function newKey() {
  const random = () => Math.random().toString(36).slice(2, 12)
  return `${Date.now().toString(36)}-${random()}${random()}`
}

/** @param {string} intent */
function keyOf(intent) {
  const kept = wx.getStorageSync(storageKey(intent))
  if (kept && Date.now() - kept.at < KEPT_MS) return kept.key
  const key = newKey()
  wx.setStorageSync(storageKey(intent), { key, at: Date.now() })
  return key
}

/**
 * Do something that must not happen twice. The key is forgotten once the answer is known, good or bad.
 * @template T
 * @param {string} intent names the very thing asked for, amounts included
 * @param {(key: string) => Promise<T>} send
 * @returns {Promise<T>}
 */
async function once(intent, send) {
  try {
    const answer = await send(keyOf(intent))
    wx.removeStorageSync(storageKey(intent))
    return answer
  } catch (thrown) {
    if (/** @type {ApiError} */ (thrown).isAnswered) wx.removeStorageSync(storageKey(intent))
    throw thrown
  }
}

module.exports = { once, newKey }
