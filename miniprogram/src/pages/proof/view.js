// The proof of an order as its page shows it: each step of the sum, with the numbers that go into it.
// @ts-check

const { exactYuan, plainYuan, priceText, signedYuan, yuan } = require('../../format/money')
const { kwh } = require('../../format/energy')
const { dateTime, hourMinute, slotTime } = require('../../format/time')
const { idleLines, idleSpells, stayView } = require('../../views/idle')
const { labels } = require('../../labels/generated')

/** @typedef {import('../../api/orders').OrderProof} OrderProof */

/** @param {OrderProof['segments'][number]} segment */
function segmentOf(segment) {
  return {
    key: segment.from_at,
    hours: `${hourMinute(segment.from_at)}–${hourMinute(segment.to_at)}`,
    date: segment.local_date.slice(5),
    energy: kwh(segment.energy_wh),
    band: segment.rate_band,
    band_label: labels.RateBand[segment.rate_band],
    price: `${priceText(segment.electricity_e5)} ＋ ${priceText(segment.service_e5)}`,
  }
}

/** @param {OrderProof['lines'][number]} line */
function lineOf(line) {
  const exact = exactYuan(line.exact_fen_e6)
  const rounded = plainYuan(line.fee_fen)
  return {
    key: `${line.local_date} ${line.start_slot} ${line.component}`,
    name: `${labels.RateBand[line.rate_band]}${labels.FeeComponent[line.component]}`,
    hours: `${line.local_date.slice(5)} ${slotTime(line.start_slot)}–${slotTime(line.end_slot)}`,
    sum: `${kwh(line.energy_wh)} 度 × ${priceText(line.price_e5)} ＝ ${exact}`,
    rounding: exact === rounded ? '' : '四舍五入到分',
    fee: yuan(line.fee_fen),
  }
}

/** @param {OrderProof['movements'][number]} movement */
function movementOf(movement) {
  const debt = movement.debt_change_fen
  return {
    key: movement.entry_no,
    label: labels.EntryKind[movement.kind],
    at: dateTime(movement.at),
    changes: [
      movement.held_change_fen ? `暂扣 ${signedYuan(movement.held_change_fen)}` : '',
      movement.available_change_fen ? `余额 ${signedYuan(movement.available_change_fen)}` : '',
      debt ? `欠费 ${signedYuan(debt)}` : '',
    ].filter(Boolean),
  }
}

/** @param {OrderProof['refunds'][number]} refund */
function refundOf(refund) {
  return {
    key: refund.part_no,
    way: refund.channel ? `退回${labels.Channel[refund.channel]}` : '人工转账',
    state: labels.PartState[refund.state],
    amount: yuan(refund.amount_fen),
  }
}

/** @param {OrderProof} proof */
function meterOf(proof) {
  const { register_start_wh: start, register_end_wh: end, meter_wh: difference } = proof
  if (start === null || end === null || difference === null) return null
  return { start: kwh(start), end: kwh(end), energy: kwh(Math.abs(difference)), is_billed: difference === proof.energy_wh }
}

/** @param {OrderProof} proof */
function proofView(proof) {
  return {
    order_no: proof.order_no,
    is_idle: proof.kind === 'idle',
    stay: stayView(proof.stay, 0),
    idle_lines: idleLines(proof.idle_lines || []),
    idle_spells: idleSpells(proof.idle_spells || []),
    where: `${proof.station_name} · ${proof.pile_name}`,
    when: `${dateTime(proof.started_at)} 到 ${dateTime(proof.ended_at)}`,
    meter: meterOf(proof),
    energy: kwh(proof.energy_wh),
    is_estimated: proof.is_estimated,
    frozen_at: dateTime(proof.frozen_at),
    segments: proof.segments.map(segmentOf),
    lines: proof.lines.map(lineOf),
    is_corrected: proof.corrected_lines > 0,
    electricity: yuan(proof.electricity_fen),
    service: yuan(proof.service_fen),
    total: yuan(proof.total_fen),
    recomputed: yuan(proof.recomputed_fen),
    is_same: proof.recomputed_fen === proof.total_fen,
    held: yuan(proof.held_fen),
    captured: yuan(proof.captured_fen),
    released: yuan(proof.released_fen),
    debt: proof.debt_fen > 0 ? yuan(proof.debt_fen) : '',
    written_off: proof.written_off_fen > 0 ? yuan(proof.written_off_fen) : '',
    movements: proof.movements.map(movementOf),
    refunds: proof.refunds.map(refundOf),
    outcome: proof.outcome ? '工作人员核对过这次充电，按核对的结果收费。' : '',
  }
}

module.exports = { proofView }
