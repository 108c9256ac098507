// Payments: ask for a top-up, and learn what became of it. A top-up is one intent until the server knows its end: its key
// and number are kept on the phone, so that paying again is the same payment and never a second one.
// @ts-check

const { request } = require('./request')
const { newKey } = require('./intent')
const { keep, findKept, forgetKept } = require('./keep')

/** @typedef {import('./http').ApiError} ApiError */
/** @typedef {import('./schema').components['schemas']['StartedTopUp']} StartedTopUp */
/** @typedef {import('./schema').components['schemas']['PaymentView']} PaymentView */
/** @typedef {import('./schema').components['schemas']['Channel']} Channel */
/** `payment_no` is '' where the answer with it was lost. @typedef {{amount_fen: number, channel: Channel, key: string, payment_no: string}} OpenTopUp */

const NAME = 'top_up'
const KEPT_MS = 23 * 3600 * 1000

/** @returns {OpenTopUp | null} the top-up whose end is not known yet */
function findOpenTopUp() {
  const kept = findKept(NAME)
  // kept by a version that knew only one channel, it names none
  return kept && Date.now() - kept.at_ms < KEPT_MS ? { channel: 'wechat', ...kept.value } : null
}

/** Its end is known, or the driver wants another one instead. */
function forgetTopUp() {
  forgetKept(NAME)
}

/**
 * A payment and what its channel is paid with: the open one of this amount and channel, else a new one.
 * @param {number} amountFen
 * @param {Channel} channel
 * @returns {Promise<StartedTopUp>}
 */
async function topUp(amountFen, channel) {
  const open = findOpenTopUp()
  const isSame = open !== null && open.amount_fen === amountFen && open.channel === channel
  const key = isSame ? open.key : newKey()
  keep(NAME, { amount_fen: amountFen, channel, key, payment_no: isSame ? open.payment_no : '' })
  const body = { amount_fen: amountFen, channel }
  try {
    const started = await request({ method: 'POST', path: '/api/v1/driver/top-ups', body, idempotencyKey: key })
    keep(NAME, { amount_fen: amountFen, channel, key, payment_no: started.payment_no })
    return started
  } catch (thrown) {
    if (/** @type {ApiError} */ (thrown).isAnswered) forgetTopUp()
    throw thrown
  }
}

/**
 * `created`, `awaiting` and `unknown` all mean: not known to be paid.
 * @param {string} paymentNo
 * @returns {Promise<PaymentView>}
 */
function getPayment(paymentNo) {
  return request({ method: 'GET', path: `/api/v1/driver/payments/${encodeURIComponent(paymentNo)}` })
}

module.exports = { topUp, getPayment, findOpenTopUp, forgetTopUp }
