// A bill: right after a charge (by session_no, while the pile's last record may still be on its way) and later from
// the list (by order_no).
// @ts-check

const { getOrder, getOrderCurve } = require('../../api/orders')
const { getSession, stopSession } = require('../../api/sessions')
const { forgetSession } = require('../../api/open_session')
const { serverNow } = require('../../api/clock')
const { sceneOf, sessionView } = require('../../views/session')
const { curveView } = require('./curve')
const { stayView } = require('../../views/idle')
const { orderView } = require('./view')
const { callService } = require('../call_service')
const { keepShowing } = require('../live')
const { load, say, NO_ERROR, NOT_HEARD } = require('../load')

/** @typedef {import('../../api/sessions').SessionView} SessionView */
/** @typedef {import('../../api/orders').OrderView} OrderView */

const TICK_MS = 1000
/** How often what a stay costs is asked for; piles tell their plugs every five minutes. */
const ASK_EVERY_S = 15

Page({
  data: {
    phase: 'loading',
    error: NO_ERROR,
    fresh: NOT_HEARD,
    /** @type {ReturnType<typeof orderView> | null} */
    order: null,
    /** @type {ReturnType<typeof curveView>} */
    curve: null,
    /** the session whose bill is not there yet */
    /** @type {ReturnType<typeof sessionView> | null} */
    session: null,
    is_stopping: false,
  },

  order_no: '',
  session_no: '',
  isGone: false,
  unfollow() {},
  /** @type {OrderView | null} */
  latest: null,
  ticker: 0,

  /** @param {{order_no?: string, session_no?: string}} options */
  onLoad(options) {
    this.order_no = options.order_no || ''
    this.session_no = options.session_no || ''
  },

  onShow() {
    this.refresh()
    this.ticker = setInterval(() => this.tick(), TICK_MS)
  },

  onHide() {
    clearInterval(this.ticker)
    this.unfollow()
  },

  onUnload() {
    this.isGone = true
    clearInterval(this.ticker)
    this.unfollow()
  },

  /** While a car stays, its free time runs down here and what it costs is asked for. */
  tick() {
    const { latest } = this
    const { order } = this.data
    if (!latest || !order || !order.stay || latest.stay === null || latest.stay.state !== 'watching') return
    const nowMs = serverNow()
    if (Math.floor(nowMs / TICK_MS) % ASK_EVERY_S === 0) this.readOrder()
    else this.setData({ 'order.stay': stayView(latest.stay, nowMs) })
  },

  refresh() {
    this.unfollow()
    this.unfollow = () => {}
    if (this.order_no) this.readOrder()
    else this.unfollow = keepShowing(this, {
      topic: `session:${this.session_no}`,
      read: () => getSession(this.session_no),
      show: (session) => this.see(session),
    })
  },

  /** @param {SessionView} session */
  see(session) {
    if (sceneOf(session) === 'over') forgetSession(session.session_no)
    const isBilled = session.order_no !== null && session.state === 'settled'
    this.order_no = session.order_no || ''
    if (this.order_no) this.readOrder()
    else this.setData({ phase: 'ready', error: NO_ERROR, session: sessionView(session, serverNow()) })
    if (isBilled) this.unfollow()
  },

  readOrder() {
    return load(this, async () => {
      const order = await getOrder(this.order_no)
      this.latest = order
      if (this.session_no && order.settled_at === null) this.order_no = ''
      const isOpen = order.state === 'provisional'
      // the bill is whole without it
      const curve = await getOrderCurve(order.order_no).catch(() => null)
      const session = isOpen ? await getSession(order.session_no).catch(() => null) : null
      return { order: orderView(order, session ? session.allowed_actions : []), curve: curveView(curve, order.started_at), session: null }
    })
  },

  /** A charge that was billed because nobody heard its pile may go on. */
  askStop() {
    wx.showModal({
      title: '停止充电？',
      content: '充电桩联网后就会停止，账单按实际电量多退少补。',
      confirmText: '停止充电',
      confirmColor: '#b3261e',
      cancelText: '继续充电',
      success: (answer) => {
        if (answer.confirm) this.stopNow()
      },
    })
  },

  async stopNow() {
    const { order } = this.data
    if (!order) return
    this.setData({ is_stopping: true })
    let word = '停止指令已下发'
    try {
      await stopSession(order.session_no)
    } catch (thrown) {
      word = /** @type {import('../../api/request').ApiError} */ (thrown).message
    }
    if (this.isGone) return
    this.setData({ is_stopping: false })
    say(word)
  },

  copy() {
    if (this.data.order) wx.setClipboardData({ data: this.data.order.order_no })
  },

  call() {
    const from = this.data.order ? this.data.order.phone : this.data.session && this.data.session.service_phone
    callService(from || '')
  },

  again() {
    const { order } = this.data
    if (order) wx.navigateTo({ url: `/pages/station/station?station_no=${order.station_no}` })
  },

  openRefunds() {
    wx.navigateTo({ url: '/pages/refunds/refunds' })
  },

  openStay() {
    const { order } = this.data
    if (order && order.stay) wx.navigateTo({ url: `/pages/order/order?order_no=${order.stay.order_no}` })
  },

  openProof() {
    const { order } = this.data
    if (order) wx.navigateTo({ url: `/pages/proof/proof?order_no=${order.order_no}` })
  },

  openWallet() {
    wx.navigateTo({ url: '/pages/wallet/wallet' })
  },
})
