// Payments: ask for a top-up, and learn what became of it.
// @ts-check

const { request } = require('./request')
const { once } = require('./intent')

/** @typedef {import('./schema').components['schemas']['StartedTopUp']} StartedTopUp */
/** @typedef {import('./schema').components['schemas']['PaymentView']} PaymentView */

/**
 * A payment to be paid by wx.requestPayment; asked again without an answer it is the same payment.
 * @param {number} amountFen
 * @returns {Promise<StartedTopUp>}
 */
function topUp(amountFen) {
  const body = { amount_fen: amountFen, channel: 'wechat' }
  return once(`top_up:${amountFen}`, (idempotencyKey) =>
    request({ method: 'POST', path: '/api/v1/driver/top-ups', body, idempotencyKey }),
  )
}

/**
 * `created`, `awaiting` and `unknown` all mean: not known to be paid, keep asking.
 * @param {string} paymentNo
 * @returns {Promise<PaymentView>}
 */
function getPayment(paymentNo) {
  return request({ method: 'GET', path: `/api/v1/driver/payments/${encodeURIComponent(paymentNo)}` })
}

module.exports = { topUp, getPayment }
