// Orders: the list by pages, and one with its fee lines.
// @ts-check

const { request } = require('./request')

/** @typedef {import('./schema').components['schemas']['OrderPage']} OrderPage */
/** @typedef {import('./schema').components['schemas']['OrderSummary']} OrderSummary */
/** @typedef {import('./schema').components['schemas']['OrderView']} OrderView */

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

module.exports = { listOrders, getOrder }
