// Money back from the wallet: what would go where, asking for it once, and what became of it.
// @ts-check

const { request } = require('./request')
const { once } = require('./intent')

/** @typedef {import('./schema').components['schemas']['RefundQuote']} RefundQuote */
/** @typedef {import('./schema').components['schemas']['RefundView']} RefundView */
/** @typedef {import('./schema').components['schemas']['RefundPage']} RefundPage */
/** @typedef {import('./schema').components['schemas']['TopUpPage']} TopUpPage */
/** @typedef {import('./schema').components['schemas']['TopUpRow']} TopUpRow */

/**
 * @param {number | null} amountFen null for all that may go back
 * @returns {Promise<RefundQuote>}
 */
function quoteRefund(amountFen) {
  /** @type {Record<string, number>} */
  const query = amountFen === null ? {} : { amount_fen: amountFen }
  return request({ method: 'GET', path: '/api/v1/driver/refund-quote', query })
}

/**
 * The same amount again, before its answer is known, is the same refund.
 * @param {number} amountFen
 * @param {string} [payPassword] where the server asked for it; no part of what is kept to ask again
 * @returns {Promise<RefundView>}
 */
function askRefund(amountFen, payPassword) {
  const body = { amount_fen: amountFen, ...(payPassword ? { pay_password: payPassword } : {}) }
  return once(`refund:${amountFen}`, (key) =>
    request({ method: 'POST', path: '/api/v1/driver/refunds', body, idempotencyKey: key }),
  )
}

/**
 * Newest first.
 * @param {string | null} cursor null for the first page
 * @returns {Promise<RefundPage>}
 */
function listRefunds(cursor) {
  return request({ method: 'GET', path: '/api/v1/driver/refunds', query: cursor === null ? {} : { cursor } })
}

/**
 * Top-ups, newest first, with what of each went back.
 * @param {string | null} cursor null for the first page
 * @returns {Promise<TopUpPage>}
 */
function listTopUps(cursor) {
  return request({ method: 'GET', path: '/api/v1/driver/top-ups', query: cursor === null ? {} : { cursor } })
}

module.exports = { quoteRefund, askRefund, listRefunds, listTopUps }
