// Connectors: what a scan or a typed number leads to, and what a charge there would come to.
// @ts-check

const { request } = require('./request')

/** @typedef {import('./http').ApiError} ApiError */
/** @typedef {import('./schema').components['schemas']['ResolvedConnector']} ResolvedConnector */
/** @typedef {import('./schema').components['schemas']['ChargeEstimate']} ChargeEstimate */

/**
 * @param {string} text the scanned link or the number on the connector, as it was typed
 * @returns {Promise<ResolvedConnector>}
 */
function resolveConnector(text) {
  return request({ method: 'POST', path: '/api/v1/driver/connectors/resolve', body: { text } }, true)
}

/**
 * @param {string} connectorNo
 * @param {number | null} limitFen the most the driver wants to spend
 * @returns {Promise<ChargeEstimate>}
 */
function estimateCharge(connectorNo, limitFen) {
  const path = `/api/v1/driver/connectors/${encodeURIComponent(connectorNo)}/estimate`
  return request({ method: 'GET', path, query: limitFen === null ? {} : { limit_fen: limitFen } })
}

/**
 * The same; null where the connector has no price.
 * @param {string} connectorNo
 * @param {number | null} limitFen
 * @returns {Promise<ChargeEstimate | null>}
 */
async function findEstimate(connectorNo, limitFen) {
  try {
    return await estimateCharge(connectorNo, limitFen)
  } catch (thrown) {
    if (/** @type {ApiError} */ (thrown).code === 'tariff_missing') return null
    throw thrown
  }
}

module.exports = { resolveConnector, estimateCharge, findEstimate }
