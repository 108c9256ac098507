// Charges as the list shows them, month by month with what each month comes to.
// @ts-check

const { yuan } = require('../../format/money')
const { kwhShort } = require('../../format/energy')
const { dateTime, dayTime, month } = require('../../format/time')
const { labels } = require('../../labels/generated')

/** @typedef {import('../../api/orders').OrderSummary} OrderSummary */
/** @typedef {import('../../api/orders').OrderMonth} OrderMonth */

/** @param {OrderSummary} order */
function rowOf(order) {
  return {
    order_no: order.order_no,
    station_name: order.station_name,
    started_at: dayTime(order.started_at),
    is_idle: order.kind === 'idle',
    energy: kwhShort(order.energy_wh),
    total: yuan(order.total_fen),
    state: order.state,
    label: order.kind === 'idle' ? labels.OrderKind.idle : labels.OrderState[order.state],
    debt: order.debt_fen > 0 ? yuan(order.debt_fen) : '',
  }
}

/** @param {OrderMonth | undefined} sum */
function sumText(sum) {
  return sum ? `${sum.charges} 次 · ${kwhShort(sum.energy_wh)} 度 · ${yuan(sum.total_fen)}` : ''
}

/**
 * @param {OrderSummary[]} orders newest first
 * @param {Map<string, OrderMonth>} sums by `2026-11`
 */
function monthsOf(orders, sums) {
  /** @type {Map<string, {name: string, sum: string, orders: ReturnType<typeof rowOf>[]}>} */
  const months = new Map()
  orders.forEach((order) => {
    const name = month(order.started_at)
    const group = months.get(name) || { name, sum: sumText(sums.get(dateTime(order.started_at).slice(0, 7))), orders: [] }
    group.orders.push(rowOf(order))
    months.set(name, group)
  })
  return [...months.values()]
}

module.exports = { monthsOf }
