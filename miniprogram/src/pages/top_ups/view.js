// A top-up as its driver reads it: whether it was paid, through what, and what of it went back.
// @ts-check

const { yuan } = require('../../format/money')
const { dateTime } = require('../../format/time')
const { labels } = require('../../labels/generated')

/** @typedef {import('../../api/refunds').TopUpRow} TopUpRow */

/** @type {Record<string, string>} */
const TONES = { paid: 'state-free', unknown: 'state-plugged', part_refunded: 'state-charging', refunded: 'state-charging' }

/** @param {TopUpRow} row */
function topUpOf(row) {
  return {
    payment_no: row.payment_no,
    amount: yuan(row.amount_fen),
    channel: labels.Channel[row.channel],
    at: dateTime(row.paid_at || row.created_at),
    label: labels.PaymentState[row.state],
    tone: TONES[row.state] || '',
    refunded: row.refunded_fen > 0 ? `已退 ${yuan(row.refunded_fen)}` : '',
  }
}

module.exports = { topUpOf }
