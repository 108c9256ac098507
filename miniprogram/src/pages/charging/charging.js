// A session from the start's steps to the last reading. Everything shown comes from the server, by the live feed or,
// while that is silent, by asking every 5 s; so the app may be closed and opened in the middle of it.
// @ts-check

const { findLiveSession, getSession, stopSession } = require('../../api/sessions')
const { follow } = require('../../api/follow')
const { serverNow } = require('../../api/clock')
const { sessionView, startClock, stepsOf } = require('../../views/session')
const { stopwatch } = require('../../format/time')
const { say, shown, NO_ERROR } = require('../load')

/** @typedef {import('../../api/http').ApiError} ApiError */
/** @typedef {import('../../api/sessions').SessionView} SessionView */

const TICK_MS = 1000
const LINK_GRACE_MS = 6000

Page({
  data: {
    phase: 'loading',
    error: NO_ERROR,
    /** @type {ReturnType<typeof sessionView> | null} */
    session: null,
    /** @type {ReturnType<typeof stepsOf>} */
    steps: [],
    waiting: { waited_s: 0, left_s: 0, is_long: false },
    /** the live feed has been silent for a while; the values come by asking */
    is_polling: false,
    is_stopping: false,
  },

  session_no: '',
  /** @type {SessionView | null} */
  latest: null,
  latest_at_ms: 0,
  ticker: 0,
  link_timer: 0,
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
    clearTimeout(this.link_timer)
  },

  async refresh() {
    this.unfollow()
    if (this.data.phase === 'error') this.setData({ phase: 'loading' })
    try {
      if (!this.session_no) await this.findOpenOne()
    } catch (thrown) {
      return this.failed(/** @type {ApiError} */ (thrown))
    }
    if (!this.isSeen) return
    if (!this.session_no) return this.setData({ phase: 'empty' })
    this.linked(false)
    this.unfollow = follow({
      topic: `session:${this.session_no}`,
      read: () => getSession(this.session_no),
      onData: (session) => this.show(session),
      onError: (error) => this.failed(error),
      onLink: (isLive) => this.linked(isLive),
    })
  },

  async findOpenOne() {
    const session = await findLiveSession()
    this.session_no = session ? session.session_no : ''
  },

  /** @param {ApiError} error */
  failed(error) {
    if (!this.latest) this.setData({ phase: 'error', error: shown(error) })
  },

  /** @param {boolean} isLive */
  linked(isLive) {
    clearTimeout(this.link_timer)
    if (isLive) return this.setData({ is_polling: false })
    this.link_timer = setTimeout(() => this.setData({ is_polling: true }), LINK_GRACE_MS)
  },

  /** @param {SessionView} session */
  show(session) {
    this.latest = session
    this.latest_at_ms = Date.now()
    const nowMs = serverNow()
    const view = sessionView(session, nowMs)
    if (view.scene === 'over') return this.openBill()
    if (view.scene === 'failed') this.stop()
    this.setData({
      phase: 'ready',
      error: NO_ERROR,
      session: view,
      steps: view.scene === 'starting' ? stepsOf(session) : [],
      waiting: startClock(session, nowMs),
      is_stopping: session.state === 'stopping',
    })
  },

  openBill() {
    this.stop()
    wx.redirectTo({ url: `/pages/order/order?session_no=${this.session_no}` })
  },

  tick() {
    const { session } = this.data
    if (!session || !this.latest) return
    if (session.scene === 'starting') this.setData({ waiting: startClock(this.latest, serverNow()) })
    if (session.scene !== 'charging' || !this.latest.started_at) return
    const since = Math.floor((Date.now() - this.latest_at_ms) / TICK_MS)
    this.setData({ 'session.elapsed': stopwatch(this.latest.elapsed_s + since) })
  },

  askStop() {
    const isStarting = this.data.session !== null && this.data.session.scene === 'starting'
    wx.showModal({
      title: isStarting ? '取消启动？' : '停止充电？',
      content: isStarting ? '取消后预冻结的金额立即解冻。' : '停止后按已充电量结算，其余金额立即解冻。',
      confirmText: isStarting ? '取消启动' : '停止充电',
      confirmColor: '#b3261e',
      cancelText: isStarting ? '继续等待' : '继续充电',
      success: (answer) => {
        if (answer.confirm) this.stopNow()
      },
    })
  },

  async stopNow() {
    this.setData({ is_stopping: true })
    try {
      const session = await stopSession(this.session_no)
      if (this.isSeen) this.show(session)
    } catch (thrown) {
      if (!this.isSeen) return
      this.setData({ is_stopping: false })
      say(/** @type {ApiError} */ (thrown).message)
    }
  },

  call() {
    const { session } = this.data
    if (session) wx.makePhoneCall({ phoneNumber: session.service_phone, fail: () => {} })
  },

  tryAgain() {
    const { session } = this.data
    if (session) wx.redirectTo({ url: `/pages/confirm/confirm?text=${session.connector_no}` })
  },

  goHome() {
    wx.switchTab({ url: '/pages/index/index' })
  },
})
