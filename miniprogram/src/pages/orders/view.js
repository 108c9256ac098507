// Orders as the list shows them, month by month.
// @ts-check

const { yuan } = require('../../format/money')
const { kwhShort } = require('../../format/energy')
const { dayTime, month } = require('../../format/time')
const { labels } = require('../../labels/generated')

/** @typedef {import('../../api/orders').OrderSummary} OrderSummary */

/** @param {OrderSummary} order */
function rowOf(order) {
  return {
    order_no: order.order_no,
    station_name: order.station_name,
    started_at: dayTime(order.started_at),
    energy: kwhShort(order.energy_wh),
    total: yuan(order.total_fen),
    state: order.state,
    label: order.kind === 'idle' ? labels.OrderKind.idle : labels.OrderState[order.state],
    debt: order.debt_fen > 0 ? yuan(order.debt_fen) : '',
  }
}

/** @param {OrderSummary[]} orders newest first */
function monthsOf(orders) {
  /** @type {Map<string, {name: string, orders: ReturnType<typeof rowOf>[]}>} */
  const months = new Map()
  orders.forEach((order) => {
    const name = month(order.started_at)
    const group = months.get(name) || { name, orders: [] }
    group.orders.push(rowOf(order))
    months.set(name, group)
  })
  return [...months.values()]
}

module.exports = { monthsOf }
