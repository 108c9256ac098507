// A top-up from the tap to the money in the wallet. WeChat's sheet says little, and of what is paid in a browser or on
// another phone this one hears nothing: the platform alone says whether a payment was paid, and until it has said so
// nothing else is paid.
// @ts-check

const { topUp, getPayment, findOpenTopUp, forgetTopUp } = require('../../api/payments')
const { payByWeChat } = require('../pay_sheet')

/** @typedef {import('../../api/http').ApiError} ApiError */
/** @typedef {import('../../api/payments').StartedTopUp} StartedTopUp */
/** @typedef {import('../../api/payments').PaymentView} PaymentView */
/** @typedef {import('../../api/payments').Channel} Channel */
/** @typedef {import('../pay_sheet').SheetParams} SheetParams */
/** @typedef {import('../../api/schema').components['schemas']['AlipayPayParams']} ElsewhereParams */
/**
 * `paid`; `closed`: nothing was taken and nothing can be; `open`: nothing was taken and it can still be paid; `unknown`:
 * nobody could be asked, or the channel does not know yet; `elsewhere`: it waits to be paid outside WeChat.
 * @typedef {'paid' | 'closed' | 'open' | 'unknown' | 'elsewhere'} Outcome
 */
/**
 * `amount_fen` and `channel` are those of the payment asked about; `elsewhere` is what it is paid by outside WeChat.
 * @typedef {{outcome: Outcome, amount_fen: number, channel: Channel, elsewhere?: ElsewhereParams & {expires_at: string}}} TopUpEnd
 */

const ASK_EVERY_MS = 1500
const MOST_QUESTIONS = 40
const FOLLOW_EVERY_MS = 3000

/** @type {Record<PaymentView['state'], Outcome>} */
const OUTCOMES = {
  ...{ created: 'open', awaiting: 'open', unknown: 'unknown', closed: 'closed' },
  ...{ paid: 'paid', part_refunded: 'paid', refunded: 'paid' },
}

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/**
 * Ask once about the top-up that is open; null when there is none. Its end, once known, is forgotten here.
 * @returns {Promise<TopUpEnd | null>}
 */
async function askOpenTopUp() {
  const open = findOpenTopUp()
  if (!open) return null
  // its number was lost with the answer: only asking for it anew tells it, and that is the driver's to do
  const outcome = open.payment_no === '' ? 'open' : await askOnce(open.payment_no)
  if (outcome === 'paid' || outcome === 'closed') forgetTopUp()
  return { outcome, amount_fen: open.amount_fen, channel: open.channel }
}

/**
 * @param {string} paymentNo
 * @returns {Promise<Outcome>}
 */
async function askOnce(paymentNo) {
  try {
    return OUTCOMES[(await getPayment(paymentNo)).state]
  } catch (thrown) {
    return /** @type {ApiError} */ (thrown).code === 'payment_not_found' ? 'closed' : 'unknown'
  }
}

/**
 * Ask until the answer is one of `ends`, for about a minute.
 * @param {Outcome[]} ends
 * @param {() => boolean} isLeft the driver has left the page
 * @returns {Promise<TopUpEnd | null>}
 */
async function waitForOpenTopUp(ends, isLeft) {
  let last = null
  for (let asked = 0; asked < MOST_QUESTIONS && !isLeft(); asked += 1) {
    last = await askOpenTopUp()
    if (!last || ends.includes(last.outcome)) return last
    await pause(ASK_EVERY_MS)
  }
  return last && { ...last, outcome: 'unknown' }
}

/**
 * Ask until the open top-up is paid or closed, however long that takes.
 * @param {() => boolean} isLeft the driver does not look at it any more
 * @returns {Promise<TopUpEnd | null>} null where nobody looks, or there is none
 */
async function followOpenTopUp(isLeft) {
  while (!isLeft()) {
    const end = await askOpenTopUp()
    if (!end || end.outcome === 'paid' || end.outcome === 'closed') return end
    await pause(FOLLOW_EVERY_MS)
  }
  return null
}

/**
 * Let the driver pay: first whatever is open is asked about, so that what was paid already is not paid again. Throws
 * ApiError where nothing can be started. What is paid outside WeChat is handed back as `elsewhere`, to be followed.
 * @param {number} amountFen
 * @param {Channel} channel
 * @param {{isLeft: () => boolean, onPaid: () => void, onDoubt: () => void}} page `onPaid`: WeChat says it is paid;
 *   `onDoubt`: it does not, and the platform is asked
 * @returns {Promise<TopUpEnd | null>}
 */
async function payTopUp(amountFen, channel, { isLeft, onPaid, onDoubt }) {
  const before = await askOpenTopUp()
  if (before && (before.outcome === 'paid' || before.outcome === 'unknown')) return before
  const started = await topUp(amountFen, channel)
  if (OUTCOMES[started.state] === 'closed') {
    forgetTopUp()
    return { outcome: 'closed', amount_fen: amountFen, channel }
  }
  if (started.pay && 'link' in started.pay) {
    const elsewhere = { ...started.pay, expires_at: started.expires_at }
    return { outcome: 'elsewhere', amount_fen: amountFen, channel, elsewhere }
  }
  const isPaid = started.pay !== null && (await payByWeChat(started.pay))
  if (isPaid) onPaid()
  else onDoubt()
  // what WeChat calls paid is on its way, and what cannot be paid any more is about to be closed
  const mayStayOpen = started.pay !== null && !isPaid
  return waitForOpenTopUp(mayStayOpen ? ['paid', 'closed', 'open'] : ['paid', 'closed'], isLeft)
}

module.exports = { payTopUp, askOpenTopUp, followOpenTopUp }
