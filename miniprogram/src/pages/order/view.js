// An order as its page shows it: the total, what it is made of period by period, and what became of the hold.
// @ts-check

const { yuan, plainYuan, priceText } = require('../../format/money')
const { kwh } = require('../../format/energy')
const { dateTime, duration, slotTime } = require('../../format/time')
const { serverNow } = require('../../api/clock')
const { idleLines, idleSpells, stayView } = require('../../views/idle')
const { labels } = require('../../labels/generated')

/** @typedef {import('../../api/orders').OrderView} OrderView */
/** @typedef {OrderView['fee_lines'][number]} FeeLine */

/** @param {FeeLine} line */
function feeOf(line) {
  return {
    name: labels.FeeComponent[line.component],
    formula: `${kwh(line.energy_wh)} 度 × ${priceText(line.price_e5)}`,
    fee: yuan(line.fee_fen),
    note: line.note,
  }
}

/**
 * Fee lines by the period they belong to, in their order.
 * @param {FeeLine[]} lines
 */
function periodsOf(lines) {
  /** @type {Map<string, {key: string, date: string, hours: string, band: string, band_label: string, energy: string, fees: ReturnType<typeof feeOf>[]}>} */
  const periods = new Map()
  lines.forEach((line) => {
    const key = `${line.local_date} ${line.start_slot} ${line.end_slot} ${line.rate_band}`
    const period = periods.get(key) || {
      key,
      date: line.local_date.slice(5),
      hours: `${slotTime(line.start_slot)}–${slotTime(line.end_slot)}`,
      band: line.rate_band,
      band_label: labels.RateBand[line.rate_band],
      energy: kwh(line.energy_wh),
      fees: [],
    }
    period.fees.push(feeOf(line))
    periods.set(key, period)
  })
  return [...periods.values()]
}

/** @param {NonNullable<OrderView['outcome']>} outcome */
function outcomeOf({ decision, decided_at: at }) {
  const what = decision === 'bill_nothing' ? '这次充电不收费' : '账单已按核对的读数结算'
  return `工作人员在 ${dateTime(at)} 核对过：${what}。有疑问请联系客服。`
}

/**
 * @param {OrderView} order
 * @param {readonly string[]} actions what its driver may do with the session behind it
 * @param {number} nowMs
 */
function orderView(order, actions = [], nowMs = serverNow()) {
  const hasMeter = order.register_start_wh !== null && order.register_end_wh !== null
  return {
    order_no: order.order_no,
    is_idle: order.kind === 'idle',
    stay: stayView(order.stay, nowMs),
    idle_lines: idleLines(order.idle_lines || []),
    idle_spells: idleSpells(order.idle_spells || []),
    session_no: order.session_no,
    can_stop: actions.includes('stop'),
    state: order.state,
    label: labels.OrderState[order.state],
    is_settled: order.settled_at !== null,
    is_estimated: order.is_estimated,
    total: plainYuan(order.total_fen),
    electricity: yuan(order.electricity_fen),
    service: yuan(order.service_fen),
    energy: kwh(order.energy_wh),
    duration: duration(order.duration_s),
    started_at: dateTime(order.started_at),
    ended_at: dateTime(order.ended_at),
    registers: hasMeter ? `${kwh(order.register_start_wh || 0)} → ${kwh(order.register_end_wh || 0)} 度` : '',
    station_no: order.station_no,
    station_name: order.station_name,
    connector: `${order.pile_name} · ${order.connector_no}`,
    connector_no: order.connector_no,
    phone: order.service_phone,
    stop_reason: order.stop_reason ? labels.StopReason[order.stop_reason] : '',
    held: yuan(order.held_fen),
    captured: yuan(order.captured_fen),
    released: yuan(order.payment_no ? order.held_fen - order.captured_fen : order.released_fen),
    is_prepaid: Boolean(order.payment_no),
    written_off: order.written_off_fen > 0 ? yuan(order.written_off_fen) : '',
    debt: order.debt_fen > 0 ? yuan(order.debt_fen) : '',
    periods: periodsOf(order.fee_lines),
    outcome: order.outcome ? outcomeOf(order.outcome) : '',
  }
}

module.exports = { orderView }
