// A session as the charging page shows it: which of its scenes, one sentence of who is waited for, and the figures.
// @ts-check

const { plainYuan, yuan } = require('../format/money')
const { kwh, kw, volts, amperes } = require('../format/energy')
const { dateTime, duration, stopwatch, toMs, ago } = require('../format/time')
const { labels } = require('../labels/generated')
const { termsText } = require('./idle')
const { priceView } = require('./price')

/** @typedef {import('../api/sessions').SessionView} SessionView */
/** `over`: the bill tells the rest. @typedef {'awaiting' | 'starting' | 'charging' | 'failed' | 'over'} Scene */

const REASSURE_AFTER_S = 30

/** @type {Record<SessionView['state'], Scene>} */
const SCENES = {
  created: 'starting',
  awaiting_payment: 'awaiting',
  starting: 'starting',
  charging: 'charging',
  stopping: 'charging',
  ended: 'over',
  review: 'over',
  settled: 'over',
  failed: 'failed',
}

/** @param {SessionView} session */
function sceneOf(session) {
  return SCENES[session.state]
}

/** @param {SessionView} session */
function isOpen(session) {
  return ['awaiting', 'starting', 'charging'].includes(SCENES[session.state])
}

/** @param {SessionView} session */
function stepsOf(session) {
  const isRunning = SCENES[session.state] === 'charging'
  const isSent = session.is_start_sent || isRunning
  const isAccepted = session.is_start_accepted || isRunning
  return [
    { name: '通知充电桩', hint: '正在把启动请求发给充电桩', is_done: isSent, is_now: !isSent },
    { name: '充电桩准备', hint: '等充电桩答复', is_done: isAccepted, is_now: isSent && !isAccepted },
    {
      name: '连接车辆',
      hint: session.is_waiting_plug ? '请把充电枪插入车辆' : '充电桩正在和车辆连接，约 10–30 秒',
      is_done: isRunning,
      is_now: isAccepted && !isRunning,
    },
  ]
}

/** @param {SessionView} session */
function sentenceOf(session) {
  const { meter, state } = session
  if (state === 'stopping') return '正在停止，等充电桩报来最后的电量'
  if (!meter) return '已开始充电，电量马上显示'
  if (meter.is_stale) return '数据延迟，充电不受影响'
  return meter.power_w > 0 ? '正在充电，可以放心离开' : '车辆暂停充电，等车辆继续'
}

/**
 * How long the start has taken and still may, by the server's clock.
 * @param {SessionView} session
 * @param {number} nowMs
 */
function startClock(session, nowMs) {
  // a prepaid one starts when its money has come, not when it was asked for
  const sinceMs = toMs(session.starting_at || session.created_at)
  const waited = Math.max(0, Math.floor((nowMs - sinceMs) / 1000))
  const allowed = Math.floor((toMs(session.start_deadline_at) - sinceMs) / 1000)
  return { waited_s: waited, left_s: Math.max(0, allowed - waited), is_long: waited >= REASSURE_AFTER_S }
}

/** @param {NonNullable<SessionView['meter']>} meter @param {number} nowMs */
function meterOf(meter, nowMs) {
  return {
    power: kw(meter.power_w),
    voltage: volts(meter.voltage_mv),
    current: amperes(meter.current_ma),
    soc: meter.soc_percent === null ? -1 : meter.soc_percent,
    remaining: meter.remaining_s === null ? '' : duration(meter.remaining_s),
    is_stale: meter.is_stale,
    age: ago(meter.at, nowMs),
  }
}

/**
 * While people look at it: what is held and until when, and where the outcome will be.
 * @param {NonNullable<SessionView['review']>} review
 * @param {boolean} isPrepaid
 */
function reviewOf({ held_fen: held, held_until: until }, isPrepaid) {
  if (isPrepaid && held === 0) return '您付的钱已经全部原路退回，这次充电不再收费。'
  if (isPrepaid) return `您付了 ${yuan(held)}：核对出结果后只收实际费用，其余原路退回；${until ? dateTime(until) : '明天'} 还没有结果就全部退回。`
  const later = '核对后该收的费用再从余额扣，结果会出现在“订单”里。'
  if (held === 0) return `暂扣的钱已经退回余额。${later}`
  return `暂扣 ${yuan(held)}，最晚 ${until ? dateTime(until) : '明天'} 退回余额。核对出结果时只收实际费用，结果会出现在“订单”里。`
}

/**
 * @param {SessionView} session
 * @param {number} nowMs
 */
function sessionView(session, nowMs) {
  return {
    session_no: session.session_no,
    state: session.state,
    label: labels.SessionState[session.state],
    scene: SCENES[session.state],
    can_stop: session.allowed_actions.includes('stop'),
    station_no: session.station_no,
    station_name: session.station_name,
    service_phone: session.service_phone,
    pile_name: session.pile_name,
    connector_no: session.connector_no,
    sentence: sentenceOf(session),
    energy: kwh(session.energy_wh),
    total: plainYuan(session.total_fen),
    electricity: yuan(session.electricity_fen),
    service: yuan(session.service_fen),
    is_prepaid: Boolean(session.payment_no),
    payment_no: session.payment_no || '',
    hold: yuan(session.payment_no ? session.prepaid_fen || 0 : session.hold_fen),
    elapsed: stopwatch(session.elapsed_s),
    price: priceView(session.price, nowMs),
    idle: termsText(session.idle_terms),
    meter: session.meter ? meterOf(session.meter, nowMs) : null,
    review: session.review ? reviewOf(session.review, Boolean(session.payment_no)) : '',
    failure: session.failure_reason ? labels.FailureReason[session.failure_reason] : '',
    is_unpaid: session.failure_reason === 'payment_timeout',
  }
}

module.exports = { sceneOf, sessionView, startClock, stepsOf, isOpen }
