// Every request of the app: the driver's token on it, one new login after a 401, one repetition where that is harmless.
// @ts-check

const { exchangeOnce } = require('./http')
const { getToken, forgetToken } = require('./login')

const TRIES = 2

/** @typedef {import('./http').Exchange} Exchange */
/** @typedef {import('./http').ApiError} ApiError */

/**
 * @param {Exchange} exchange
 * @param {boolean} isRepeatable
 * @returns {Promise<any>}
 */
async function exchangeWithTries(exchange, isRepeatable) {
  for (let tried = 1; ; tried += 1) {
    try {
      return await exchangeOnce(exchange)
    } catch (thrown) {
      const error = /** @type {ApiError} */ (thrown)
      const isLost = error.code === 'unreachable' || error.code === 'unavailable' || error.code === 'service_unavailable'
      if (!isRepeatable || !isLost || tried >= TRIES) throw error
    }
  }
}

/**
 * The answer's body. Throws ApiError. What carries a key, and what `isRepeatable` says of itself, is sent once more
 * when no answer came, as every GET is.
 * @param {Exchange} exchange
 * @param {boolean} [isRepeatable]
 * @returns {Promise<any>}
 */
async function request(exchange, isRepeatable = false) {
  const mayRepeat = isRepeatable || exchange.method === 'GET' || Boolean(exchange.idempotencyKey)
  const token = await getToken()
  try {
    return await exchangeWithTries({ ...exchange, token }, mayRepeat)
  } catch (thrown) {
    if (/** @type {ApiError} */ (thrown).code !== 'unauthenticated') throw thrown
    forgetToken(token)
    return exchangeWithTries({ ...exchange, token: await getToken() }, mayRepeat)
  }
}

module.exports = { request }
