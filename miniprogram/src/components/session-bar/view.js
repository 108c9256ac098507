// A session as the bar shows it: what it has come to, or how it ended while nobody looked.
// @ts-check

const { agedMs } = require('../../format/time')
const { plainYuan } = require('../../format/money')
const { kwhShort } = require('../../format/energy')
const { sceneOf } = require('../../views/session')
const { labels } = require('../../labels/generated')

/** @typedef {import('../../api/sessions').SessionView} SessionView */
/** @typedef {'open' | 'over' | 'failed'} BarKind */

/** @type {Record<import('../../views/session').Scene, BarKind>} */
const KINDS = { awaiting: 'open', starting: 'open', charging: 'open', over: 'over', failed: 'failed' }
/** @type {Record<BarKind, string>} */
const HINTS = { open: '查看正在进行的充电', over: '查看账单', failed: '查看原因' }

/**
 * @param {SessionView} session
 * @param {BarKind} kind
 */
function labelOf(session, kind) {
  if (kind === 'over') return session.state === 'settled' ? '充电已结束，查看账单' : '充电已结束，正在出账单'
  return kind === 'failed' ? '没有启动充电，查看原因' : labels.SessionState[session.state]
}

/**
 * @param {SessionView} session
 * @param {number} lostAtMs when it was last heard of; 0 while it is heard
 * @param {number} nowMs
 */
function barOf(session, lostAtMs, nowMs) {
  const kind = KINDS[sceneOf(session)]
  const label = labelOf(session, kind)
  return {
    session_no: session.session_no,
    kind,
    hint: HINTS[kind],
    label: lostAtMs > 0 ? `${agedMs(lostAtMs, nowMs)}：${label}` : label,
    place: `${session.station_name} ${session.pile_name}`,
    energy: kwhShort(session.energy_wh),
    total: plainYuan(session.total_fen),
    soc: kind === 'open' && session.meter && session.meter.soc_percent !== null ? session.meter.soc_percent : -1,
  }
}

module.exports = { barOf }
