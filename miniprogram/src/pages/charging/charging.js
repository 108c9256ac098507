// A session from the start's steps to the last reading. Everything shown comes from the server, by the live feed or,
// while that is silent, by asking every 5 s; so the app may be closed and opened in the middle of it. While nothing can
// be heard no clock runs, and the page says how old it is.
// @ts-check

const { findLiveSession, getSession, stopSession } = require('../../api/sessions')
const { prepay, getPrepayment, findOpenPrepayment, forgetPrepayment } = require('../../api/prepayments')
const { keepSession, findKeptSession, forgetSession } = require('../../api/open_session')
const { serverNow } = require('../../api/clock')
const { isOpen, sessionView, startClock, stepsOf } = require('../../views/session')
const { stopwatch } = require('../../format/time')
const { hasNetwork } = require('../../network')
const { callService } = require('../call_service')
const { payByWeChat } = require('../pay_sheet')
const { keepShowing } = require('../live')
const { say, shown, NO_ERROR, NOT_HEARD } = require('../load')

/** @typedef {import('../../api/http').ApiError} ApiError */
/** @typedef {import('../../api/sessions').SessionView} SessionView */
/** @typedef {import('../pay_sheet').SheetParams} SheetParams */

const TICK_MS = 1000
/** While money is awaited, the platform is asked to ask WeChat. */
const ASK_EVERY_S = 5
/** What did not arrive, by whether it was a stop or the cancelling of a start. */
const NOT_CANCELLED = '没有取消：手机现在连不上网络，恢复后再点一次。一直没有启动的话，会自动取消并全部退回。'
const NOT_STOPPED = '未停止，可在桩上停止。手机现在连不上网络，恢复后也可以再点一次。'
const NOT_KNOWN_STOPPED = '没有收到答复，可能还没有停止。可在桩上停止，或再点一次。'

Page({
  data: {
    phase: 'loading',
    error: NO_ERROR,
    fresh: NOT_HEARD,
    /** @type {ReturnType<typeof sessionView> | null} */
    session: null,
    /** @type {ReturnType<typeof stepsOf>} */
    steps: [],
    waiting: { waited_s: 0, left_s: 0, is_long: false },
    is_stopping: false,
    /** it can be paid from here: what it takes is known to this phone */
    can_pay: false,
    is_paying: false,
    /** why the last stop did not arrive */
    stop_fault: '',
  },

  session_no: '',
  /** @type {SessionView | null} */
  latest: null,
  latest_at_ms: 0,
  ticker: 0,
  isSeen: false,
  unfollow() {},

  /** @param {{session_no?: string}} options */
  onLoad(options) {
    this.session_no = options.session_no || ''
  },

  onShow() {
    this.isSeen = true
    this.refresh()
    this.ticker = setInterval(() => this.tick(), TICK_MS)
  },

  onHide() {
    this.stop()
  },

  onUnload() {
    this.stop()
  },

  stop() {
    this.isSeen = false
    this.unfollow()
    this.unfollow = () => {}
    clearInterval(this.ticker)
  },

  async refresh() {
    this.unfollow()
    this.unfollow = () => {}
    if (!this.session_no && !(await this.findOpenOne())) return
    if (!this.isSeen) return
    this.unfollow = keepShowing(this, {
      topic: `session:${this.session_no}`,
      read: () => getSession(this.session_no),
      show: (session) => this.show(session),
      findKept: () => this.findKept(),
    })
  },

  /** Whether there is one to show. */
  async findOpenOne() {
    try {
      const session = await findLiveSession()
      this.session_no = session ? session.session_no : ''
      if (!session && this.isSeen) this.setData({ phase: 'empty' })
    } catch (thrown) {
      const kept = findKeptSession()
      this.session_no = kept ? kept.value.session_no : ''
      if (!kept && this.isSeen) this.setData({ phase: 'error', error: shown(/** @type {ApiError} */ (thrown)) })
    }
    return this.session_no !== ''
  },

  findKept() {
    const kept = findKeptSession()
    return kept && kept.value.session_no === this.session_no ? kept : null
  },

  /** @param {SessionView} session */
  show(session) {
    this.latest = session
    this.latest_at_ms = Date.now()
    const nowMs = serverNow()
    const view = sessionView(session, nowMs)
    this.keep(session)
    if (view.scene === 'over') return this.openBill()
    if (view.scene === 'failed') this.stop()
    if (view.scene !== 'awaiting') forgetPrepayment()
    const open = view.scene === 'awaiting' ? findOpenPrepayment() : null
    this.setData({
      phase: 'ready',
      error: NO_ERROR,
      session: view,
      steps: view.scene === 'starting' ? stepsOf(session) : [],
      waiting: startClock(session, nowMs),
      can_pay: open !== null && open.session_no === session.session_no,
      is_stopping: session.state === 'stopping',
      stop_fault: session.state === 'stopping' ? '' : this.data.stop_fault,
    })
  },

  /** @param {SessionView} session */
  keep(session) {
    if (!isOpen(session)) forgetSession(session.session_no)
    else if (this.data.fresh.kind !== 'lost') keepSession(session)
  },

  openBill() {
    this.stop()
    wx.redirectTo({ url: `/pages/order/order?session_no=${this.session_no}` })
  },

  tick() {
    const { session, fresh } = this.data
    if (!session || !this.latest || fresh.kind === 'lost') return
    if (session.scene === 'awaiting') this.tickPayment(session.payment_no)
    if (session.scene === 'starting') this.setData({ waiting: startClock(this.latest, serverNow()) })
    if (session.scene !== 'charging' || !this.latest.started_at) return
    const since = Math.floor((Date.now() - this.latest_at_ms) / TICK_MS)
    this.setData({ 'session.elapsed': stopwatch(this.latest.elapsed_s + since) })
  },

  /** @param {string} paymentNo */
  tickPayment(paymentNo) {
    if (!this.latest) return
    const waiting = startClock(this.latest, serverNow())
    this.setData({ waiting })
    // what it answers is told by the session as well
    if (waiting.waited_s % ASK_EVERY_S === 0) getPrepayment(paymentNo).catch(() => {})
  },

  /** The same payment as before, once more. */
  async pay() {
    const open = findOpenPrepayment()
    if (!open || this.data.is_paying) return
    this.setData({ is_paying: true, stop_fault: '' })
    try {
      const asked = await prepay(open.wish)
      if (asked.pay) await payByWeChat(/** @type {SheetParams} */ (asked.pay))
    } catch (thrown) {
      say(/** @type {ApiError} */ (thrown).message)
    }
    if (!this.isSeen) return
    this.setData({ is_paying: false })
    this.refresh()
  },

  askStop() {
    if (this.data.session && this.data.session.is_prepaid) return this.askStopPrepaid(this.data.session.scene)
    const isStarting = this.data.session !== null && this.data.session.scene === 'starting'
    wx.showModal({
      title: isStarting ? '取消启动？' : '停止充电？',
      content: isStarting ? '取消后，暂扣的金额马上全部退回余额。' : '停止后只收已充电量的费用，多余的金额马上退回余额。',
      confirmText: isStarting ? '取消启动' : '停止充电',
      confirmColor: '#b3261e',
      cancelText: isStarting ? '继续等待' : '继续充电',
      success: (answer) => {
        if (answer.confirm) this.stopNow()
      },
    })
  },

  /** @param {string} scene */
  askStopPrepaid(scene) {
    const [title, content, confirmText] =
      scene === 'awaiting'
        ? ['不充了？', '没有付款不会扣钱；如果刚刚付了，会自动全部原路退回。', '不充了']
        : scene === 'starting'
          ? ['取消启动？', '取消后，付的钱自动全部原路退回。', '取消启动']
          : ['停止充电？', '停止后只收已充电量的费用，没用完的自动原路退回。', '停止充电']
    wx.showModal({
      title,
      content,
      confirmText,
      confirmColor: '#b3261e',
      cancelText: scene === 'charging' ? '继续充电' : '继续等待',
      success: (answer) => {
        if (answer.confirm) this.stopNow()
      },
    })
  },

  async stopNow() {
    this.setData({ is_stopping: true, stop_fault: '' })
    try {
      const session = await stopSession(this.session_no)
      if (this.isSeen) this.show(session)
    } catch (thrown) {
      if (this.isSeen) this.notStopped(/** @type {ApiError} */ (thrown))
    }
  },

  /** @param {ApiError} error */
  notStopped(error) {
    this.setData({ is_stopping: false })
    if (!error.isAnswered) return this.setData({ stop_fault: this.faultOfStop() })
    say(error.message)
    this.refresh()
  },

  faultOfStop() {
    if (this.data.session && this.data.session.scene === 'starting') return NOT_CANCELLED
    return hasNetwork() ? NOT_KNOWN_STOPPED : NOT_STOPPED
  },

  call() {
    const { session } = this.data
    if (session) callService(session.service_phone)
  },

  tryAgain() {
    const { session } = this.data
    if (session) wx.redirectTo({ url: `/pages/confirm/confirm?text=${session.connector_no}` })
  },

  goHome() {
    wx.switchTab({ url: '/pages/index/index' })
  },
})
