// A top-up from the tap to the money in the wallet: pay by WeChat, then ask the platform until it knows.
// @ts-check

const { topUp, getPayment } = require('../../api/payments')

/** @typedef {import('../../api/payments').StartedTopUp} StartedTopUp */
/** @typedef {'paid' | 'closed' | 'unknown'} Outcome */

const ASK_EVERY_MS = 1500
const MOST_QUESTIONS = 40

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/**
 * Whether the driver went through with it on WeChat's side; the platform alone says if it was paid.
 * @param {NonNullable<StartedTopUp['pay']>} pay
 * @returns {Promise<boolean>}
 */
function payByWeChat(pay) {
  return new Promise((resolve) => {
    wx.requestPayment({
      timeStamp: pay.timeStamp,
      nonceStr: pay.nonceStr,
      package: pay.package,
      signType: /** @type {'RSA'} */ (pay.signType),
      paySign: pay.paySign,
      success: () => resolve(true),
      fail: () => resolve(false),
    })
  })
}

/**
 * Ask until the payment is decided, for about a minute; `unknown` after that, it is credited whenever it is known.
 * @param {string} paymentNo
 * @param {() => boolean} isLeft the driver has left the page
 * @returns {Promise<Outcome>}
 */
async function waitForPayment(paymentNo, isLeft) {
  for (let asked = 0; asked < MOST_QUESTIONS && !isLeft(); asked += 1) {
    const state = await getPayment(paymentNo).then(
      (payment) => payment.state,
      () => 'unknown',
    )
    if (state === 'paid' || state === 'closed') return state
    await pause(ASK_EVERY_MS)
  }
  return 'unknown'
}

/**
 * Start a top-up and let the driver pay it. Throws ApiError where it cannot be started.
 * @param {number} amountFen
 * @returns {Promise<{payment_no: string, is_paid_by_driver: boolean}>}
 */
async function startTopUp(amountFen) {
  const started = await topUp(amountFen)
  const isPaid = started.pay ? await payByWeChat(started.pay) : true
  return { payment_no: started.payment_no, is_paid_by_driver: isPaid }
}

module.exports = { startTopUp, waitForPayment }
