// Orders: the list by pages, and one with its fee lines.
// @ts-check

const { request } = require('./request')

/** @typedef {import('./schema').components['schemas']['OrderPage']} OrderPage */
/** @typedef {import('./schema').components['schemas']['OrderSummary']} OrderSummary */
/** @typedef {import('./schema').components['schemas']['OrderView']} OrderView */
/** @typedef {import('./schema').components['schemas']['OrderProof']} OrderProof */
/** @typedef {import('./schema').components['schemas']['OrderCurve']} OrderCurve */
/** @typedef {import('./schema').components['schemas']['OrderMonth']} OrderMonth */

const PATH = '/api/v1/driver/orders'

/**
 * Newest first, with the sums of the months that begin on the page.
 * @param {string | null} cursor null for the first page
 * @returns {Promise<OrderPage>}
 */
function listOrders(cursor) {
  return request({ method: 'GET', path: PATH, query: { with_months: 'true', ...(cursor === null ? {} : { cursor }) } })
}

/**
 * @param {string} orderNo
 * @returns {Promise<OrderView>}
 */
function getOrder(orderNo) {
  return request({ method: 'GET', path: `${PATH}/${encodeURIComponent(orderNo)}` })
}

/**
 * Power over time; no points where the readings are no longer kept.
 * @param {string} orderNo
 * @returns {Promise<OrderCurve>}
 */
function getOrderCurve(orderNo) {
  return request({ method: 'GET', path: `${PATH}/${encodeURIComponent(orderNo)}/curve` })
}

/**
 * From the meter to the last fen: what it takes to compute the order by hand.
 * @param {string} orderNo
 * @returns {Promise<OrderProof>}
 */
function getOrderProof(orderNo) {
  return request({ method: 'GET', path: `/api/v1/driver/orders/${encodeURIComponent(orderNo)}/proof` })
}

module.exports = { getOrderProof, getOrderCurve, listOrders, getOrder }
