// Prepayments: money for one charge alone. One is one intent until its session is over or begun: its key is kept on the
// phone, so that paying again is the same payment and never a second one.
// @ts-check

const { request } = require('./request')
const { newKey } = require('./intent')
const { keep, findKept, forgetKept } = require('./keep')

/** @typedef {import('./http').ApiError} ApiError */
/** @typedef {import('./schema').components['schemas']['PrepayQuote']} PrepayQuote */
/** @typedef {import('./schema').components['schemas']['StartedPrepayment']} StartedPrepayment */
/** @typedef {import('./schema').components['schemas']['PrepaymentView']} PrepaymentView */
/** @typedef {{connector_no: string, amount_fen: number, channel: 'wechat', is_own_car: true | null}} Wish */
/** `session_no` is '' where the answer with it was lost. @typedef {{wish: Wish, key: string, session_no: string}} OpenPrepayment */

const NAME = 'prepayment'
const PATH = '/api/v1/driver/prepayments'
/** As long as a connector waits for its money. */
const KEPT_MS = 5 * 60 * 1000

/** @returns {OpenPrepayment | null} the one that may be paid still */
function findOpenPrepayment() {
  const kept = findKept(NAME)
  return kept && Date.now() - kept.at_ms < KEPT_MS ? kept.value : null
}

function forgetPrepayment() {
  forgetKept(NAME)
}

/**
 * What prepaying a charge at this connector would buy.
 * @param {string} connectorNo
 * @returns {Promise<PrepayQuote>}
 */
function quotePrepayment(connectorNo) {
  return request({ method: 'GET', path: `/api/v1/driver/connectors/${encodeURIComponent(connectorNo)}/prepay-quote` })
}

/**
 * Claim the connector and ask for the money: the open one of this wish, else a new one.
 * @param {Wish} wish
 * @returns {Promise<StartedPrepayment>}
 */
async function prepay(wish) {
  const open = findOpenPrepayment()
  const isSame = open !== null && JSON.stringify(open.wish) === JSON.stringify(wish)
  const key = isSame ? open.key : newKey()
  keep(NAME, { wish, key, session_no: isSame ? open.session_no : '' })
  try {
    const started = await request({ method: 'POST', path: PATH, body: wish, idempotencyKey: key })
    keep(NAME, { wish, key, session_no: started.session_no })
    return started
  } catch (thrown) {
    const error = /** @type {ApiError} */ (thrown)
    // where the channel did not answer, the same may be tried again
    if (error.isAnswered && !error.code.startsWith('channel_')) forgetPrepayment()
    throw thrown
  }
}

/**
 * @param {string} paymentNo
 * @returns {Promise<PrepaymentView>}
 */
function getPrepayment(paymentNo) {
  return request({ method: 'GET', path: `${PATH}/${encodeURIComponent(paymentNo)}` })
}

module.exports = { quotePrepayment, prepay, getPrepayment, findOpenPrepayment, forgetPrepayment }
