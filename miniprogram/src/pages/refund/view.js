// What a refund would do, as its page shows it: what may go back, why not more, and which part goes where.
// @ts-check

const { plainYuan, yuan } = require('../../format/money')
const { dayTime } = require('../../format/time')
const { labels } = require('../../labels/generated')

/** @typedef {import('../../api/refunds').RefundQuote} RefundQuote */

/** @param {RefundQuote} quote */
function notesOf(quote) {
  return [
    quote.debt_fen > 0 ? `有 ${yuan(quote.debt_fen)} 欠费，会先从余额里补缴，剩下的才能退` : '',
    quote.held_fen > 0 ? `正在充电，暂扣的 ${yuan(quote.held_fen)} 现在不能退；充完后多余的回到余额，可以再退` : '',
    quote.refund_pending_fen > 0 ? `另有 ${yuan(quote.refund_pending_fen)} 正在退款` : '',
  ].filter(Boolean)
}

/** @param {RefundQuote['parts'][number]} part */
function partOf(part) {
  const amount = yuan(part.amount_fen)
  if (part.channel === null || part.payment_no === null || part.paid_at === null) {
    return { key: 'by-hand', amount, way: '人工转账', detail: '超过渠道的退款期限，需联系客服提供收款方式', is_by_hand: true }
  }
  const way = `退回${labels.Channel[part.channel]}`
  return { key: part.payment_no, amount, way, detail: `来自 ${dayTime(part.paid_at)} 的充值`, is_by_hand: false }
}

/** @param {RefundQuote} quote */
function quoteView(quote) {
  return {
    refundable_fen: quote.refundable_fen,
    refundable: yuan(quote.refundable_fen),
    all: plainYuan(quote.refundable_fen).replace(/,/g, ''),
    amount_fen: quote.amount_fen,
    notes: notesOf(quote),
    parts: quote.parts.map(partOf),
    has_channel: quote.parts.some((part) => part.channel !== null),
  }
}

module.exports = { quoteView }
