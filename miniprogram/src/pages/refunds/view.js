// A refund as its driver reads it: how far it is, part by part, and what is still to be expected.
// @ts-check

const { yuan } = require('../../format/money')
const { dayTime } = require('../../format/time')
const { labels } = require('../../labels/generated')

/** @typedef {import('../../api/refunds').RefundView} RefundView */
/** @typedef {RefundView['parts'][number]} Part */

/** @type {Record<RefundView['state'], string>} */
const TONES = { in_progress: 'state-charging', needs_staff: 'state-plugged', done: 'state-free', returned: '' }
const GOING = ['held', 'sent', 'unknown']

/** @param {Part} part */
function expectationOf(part) {
  if (part.state === 'succeeded' && part.ended_at !== null) return `${dayTime(part.ended_at)} 已退`
  if (part.state === 'returned' && part.ended_at !== null) return `${dayTime(part.ended_at)} 回到余额，可以再退`
  if (part.state === 'abnormal') return '渠道退不回去，请联系客服提供收款方式'
  return part.state === 'held' ? '已留出这笔钱，马上提交' : '原路退回，一般 1–3 个工作日'
}

/** @param {Part} part */
function partOf(part) {
  return {
    part_no: part.part_no,
    way: part.channel === null ? '人工转账' : `退回${labels.Channel[part.channel]}`,
    source: part.paid_at === null ? '' : `来自 ${dayTime(part.paid_at)} 的${part.purpose === 'prepay' ? '充电预付款' : '充值'}`,
    amount: yuan(part.amount_fen),
    label: labels.PartState[part.state],
    expectation: expectationOf(part),
    is_waiting: part.state === 'abnormal',
  }
}

/** @param {RefundView} refund */
function refundOf(refund) {
  const hasBoth = refund.returned_fen > 0 && refund.state !== 'returned'
  return {
    refund_no: refund.refund_no,
    amount: yuan(refund.amount_fen),
    asked_at: dayTime(refund.asked_at),
    label: labels.RefundState[refund.state],
    tone: TONES[refund.state] || '',
    came_back: hasBoth ? `其中 ${yuan(refund.returned_fen)} 没退成，已回到余额` : '',
    parts: refund.parts.map(partOf),
  }
}

/** @param {RefundView[]} refunds whether some of them will change soon */
function areGoing(refunds) {
  return refunds.some((refund) => refund.parts.some((part) => GOING.includes(part.state)))
}

module.exports = { refundOf, areGoing }
