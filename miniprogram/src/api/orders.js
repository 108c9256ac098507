// Orders: the list by pages, and one with its fee lines.
// @ts-check

const { request } = require('./request')

/** @typedef {import('./schema').components['schemas']['OrderPage']} OrderPage */
/** @typedef {import('./schema').components['schemas']['OrderSummary']} OrderSummary */
/** @typedef {import('./schema').components['schemas']['OrderView']} OrderView */
/** @typedef {import('./schema').components['schemas']['OrderProof']} OrderProof */

const PATH = '/api/v1/driver/orders'

/**
 * Newest first.
 * @param {string | null} cursor null for the first page
 * @returns {Promise<OrderPage>}
 */
function listOrders(cursor) {
  return request({ method: 'GET', path: PATH, query: cursor === null ? {} : { cursor } })
}

/**
 * @param {string} orderNo
 * @returns {Promise<OrderView>}
 */
function getOrder(orderNo) {
  return request({ method: 'GET', path: `${PATH}/${encodeURIComponent(orderNo)}` })
}

/**
 * From the meter to the last fen: what it takes to compute the order by hand.
 * @param {string} orderNo
 * @returns {Promise<OrderProof>}
 */
function getOrderProof(orderNo) {
  return request({ method: 'GET', path: `/api/v1/driver/orders/${encodeURIComponent(orderNo)}/proof` })
}

module.exports = { getOrderProof, listOrders, getOrder }
