// What stands against a start, and the ONE next step for it. Whether something does is the server's to say; here is
// only which of several to show first, and where its button leads.
// @ts-check

const { yuan } = require('../../format/money')

/** @typedef {import('../../api/connectors').ResolvedConnector} ResolvedConnector */
/** @typedef {import('../../api/connectors').ChargeEstimate} ChargeEstimate */
/** @typedef {import('../../api/sessions').SessionView} SessionView */
/** `step` and `go` are empty where nothing is to be tapped. @typedef {{code: string, message: string, hint: string, phone: string} & Step} Obstacle */
/** What the button says and where it leads. @typedef {{step: string, go: '' | 'wallet' | 'session' | 'station' | 'nearby' | 'phone' | 'agreements' | 'again'}} Step */

const PLUG_HINT = '插好后这里会自动更新，无需刷新'

/** @type {Record<'plug' | 'wallet' | 'session' | 'station' | 'nearby' | 'phone' | 'agreements' | 'again', Step>} */
const STEP = {
  plug: { step: '', go: '' },
  wallet: { step: '去充值', go: 'wallet' },
  session: { step: '查看正在进行的充电', go: 'session' },
  station: { step: '看看本站其他枪', go: 'station' },
  nearby: { step: '看看附近的充电站', go: 'nearby' },
  phone: { step: '联系客服', go: 'phone' },
  agreements: { step: '查看并同意协议', go: 'agreements' },
  again: { step: '重新检查', go: 'again' },
}

/** @type {Record<string, Step>} */
const STEP_OF = {
  connector_not_plugged: STEP.plug,
  balance_too_low: STEP.wallet,
  insufficient_funds: STEP.wallet,
  debt_unpaid: STEP.wallet,
  driver_busy: STEP.session,
  connector_busy: STEP.station,
  connector_awaits_payment: STEP.station,
  plug_claimed: STEP.station,
  connector_faulted: STEP.station,
  connector_unavailable: STEP.station,
  pile_offline: STEP.station,
  tariff_missing: STEP.station,
  station_closed: STEP.nearby,
  station_hidden: STEP.nearby,
  station_shut: STEP.nearby,
  operator_disabled: STEP.nearby,
  agreement_not_accepted: STEP.agreements,
  driver_disabled: STEP.phone,
  driver_frozen: STEP.phone,
}

/**
 * @param {string} code
 * @param {string} message
 * @param {string} [phone] whom to call about it, where it is not the station's
 * @returns {Obstacle}
 */
function obstacleOf(code, message, phone = '') {
  const step = STEP_OF[code] || STEP.again
  return { code, message, hint: step.go ? '' : PLUG_HINT, phone, ...step }
}

/**
 * The first thing to do something about: one's own other charge, then what one may not do anywhere, then the connector,
 * then money, then the plug.
 * @param {ResolvedConnector} connector
 * @param {ChargeEstimate | null} estimate
 * @param {SessionView | null} live
 * @param {boolean} isPrepaid no balance is needed
 * @returns {Obstacle | null}
 */
function firstObstacle(connector, estimate, live, isPrepaid) {
  const { obstacle } = connector
  if (live) return obstacleOf('driver_busy', '您有一次充电正在进行，结束后才能开始新的充电。')
  if (estimate && estimate.obstacle) {
    return obstacleOf(estimate.obstacle.code, estimate.obstacle.message || '', estimate.obstacle.phone)
  }
  if (obstacle && obstacle.code !== 'connector_not_plugged') return obstacleOf(obstacle.code, obstacle.message || '')
  if (estimate && estimate.is_plug_claimed) {
    return obstacleOf('plug_claimed', '上一位车主的车还插在这把枪上，要等对方拔枪，别人才能启动。')
  }
  if (estimate && estimate.debt_fen > 0) {
    const isCovered = estimate.available_fen >= estimate.debt_fen
    const way = isCovered ? '您的余额够还，到钱包里点一下就能补缴。' : '充值后会先补缴，补缴完就能充电。'
    return { ...obstacleOf('debt_unpaid', `您还有 ${yuan(estimate.debt_fen)} 欠费没有还清，${way}`), step: isCovered ? '去补缴' : '去充值' }
  }
  if (estimate && estimate.short_fen > 0 && !isPrepaid) {
    const least = yuan(estimate.min_hold_fen)
    return obstacleOf('balance_too_low', `余额不足：最少要有 ${least} 才能启动，还差 ${yuan(estimate.short_fen)}。`)
  }
  return obstacle ? obstacleOf(obstacle.code, obstacle.message || '') : null
}

module.exports = { firstObstacle, obstacleOf }
