// A month of the bill as its page shows it: the sums, and each movement in a driver's words with its place.
// @ts-check

const { signedYuan, yuan } = require('../../format/money')
const { dayTime } = require('../../format/time')
const { labels } = require('../../labels/generated')

/** @typedef {import('../../api/bills').BillMovement} BillMovement */
/** @typedef {import('../../api/bills').MonthTotals} MonthTotals */

const MONTHS_A_YEAR = 12
const KINDS = [{ kind: '', label: '全部' }, ...Object.entries(labels.BillKind).map(([kind, label]) => ({ kind, label }))]

/**
 * @param {string} month `2026-11`
 * @param {number} by months, negative for earlier ones
 */
function monthBeside(month, by) {
  const [year, number] = month.split('-').map(Number)
  const count = year * MONTHS_A_YEAR + number - 1 + by
  return `${Math.floor(count / MONTHS_A_YEAR)}-${String((count % MONTHS_A_YEAR) + 1).padStart(2, '0')}`
}

/** @param {string} month */
function monthText(month) {
  const [year, number] = month.split('-').map(Number)
  return `${year}年${number}月`
}

/** @param {MonthTotals} totals */
function totalsView(totals) {
  return {
    charged: yuan(totals.charged_fen),
    paid: yuan(totals.paid_fen),
    refunded: yuan(totals.refunded_fen),
    other: totals.other_fen === 0 ? '' : signedYuan(totals.other_fen),
  }
}

/** @param {number} fen */
function debtText(fen) {
  if (fen === 0) return ''
  return fen > 0 ? `新增欠费 ${yuan(fen)}` : `补缴欠费 ${yuan(-fen)}`
}

/** @param {BillMovement} movement */
function movementOf(movement) {
  const { held_fen: held, available_fen: available } = movement
  const parts = [
    movement.note,
    movement.channel ? labels.Channel[movement.channel] : '',
    held > 0 ? `暂扣 ${yuan(held)}，多退` : '',
    held < 0 && available > 0 ? `退回暂扣 ${yuan(available)}` : '',
    debtText(movement.debt_fen),
  ]
  return {
    entry_no: movement.entry_no,
    order_no: movement.order_no,
    label: labels.EntryKind[movement.kind],
    place: movement.station_name ? `${movement.station_name} · ${movement.pile_name} · 枪 ${movement.connector_no}` : '',
    at: dayTime(movement.at),
    sum: movement.sum_fen === 0 ? '' : signedYuan(movement.sum_fen),
    is_in: movement.sum_fen > 0,
    detail: parts.filter(Boolean).join('，'),
  }
}

module.exports = { KINDS, monthBeside, monthText, totalsView, movementOf }
