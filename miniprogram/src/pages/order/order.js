// A bill: right after a charge (by session_no, while the pile's last record may still be on its way) and later from
// the list (by order_no).
// @ts-check

const { getOrder } = require('../../api/orders')
const { getSession } = require('../../api/sessions')
const { follow } = require('../../api/follow')
const { serverNow } = require('../../api/clock')
const { sessionView } = require('../../views/session')
const { orderView } = require('./view')
const { shown, NO_ERROR } = require('../load')

/** @typedef {import('../../api/http').ApiError} ApiError */
/** @typedef {import('../../api/sessions').SessionView} SessionView */

Page({
  data: {
    phase: 'loading',
    error: NO_ERROR,
    /** @type {ReturnType<typeof orderView> | null} */
    order: null,
    /** the session whose bill is not there yet */
    /** @type {ReturnType<typeof sessionView> | null} */
    session: null,
  },

  order_no: '',
  session_no: '',
  isGone: false,
  unfollow() {},

  /** @param {{order_no?: string, session_no?: string}} options */
  onLoad(options) {
    this.order_no = options.order_no || ''
    this.session_no = options.session_no || ''
  },

  onShow() {
    this.refresh()
  },

  onHide() {
    this.unfollow()
  },

  onUnload() {
    this.isGone = true
    this.unfollow()
  },

  refresh() {
    this.unfollow()
    this.unfollow = () => {}
    if (this.data.phase === 'error') this.setData({ phase: 'loading' })
    if (this.order_no) this.readOrder()
    else this.unfollow = follow({
      topic: `session:${this.session_no}`,
      read: () => getSession(this.session_no),
      onData: (session) => this.see(session),
      onError: (error) => this.failed(error),
    })
  },

  /** @param {SessionView} session */
  see(session) {
    const isBilled = session.order_no !== null && session.state === 'settled'
    this.order_no = session.order_no || ''
    if (this.order_no) this.readOrder()
    else this.setData({ phase: 'ready', session: sessionView(session, serverNow()) })
    if (isBilled) this.unfollow()
  },

  async readOrder() {
    try {
      const order = await getOrder(this.order_no)
      if (this.isGone) return
      if (this.session_no && order.settled_at === null) this.order_no = ''
      this.setData({ phase: 'ready', error: NO_ERROR, order: orderView(order), session: null })
    } catch (thrown) {
      this.failed(/** @type {ApiError} */ (thrown))
    }
  },

  /** @param {ApiError} error */
  failed(error) {
    if (!this.isGone && !this.data.order && !this.data.session) this.setData({ phase: 'error', error: shown(error) })
  },

  copy() {
    if (this.data.order) wx.setClipboardData({ data: this.data.order.order_no })
  },

  call() {
    const from = this.data.order ? this.data.order.phone : this.data.session && this.data.session.service_phone
    if (from) wx.makePhoneCall({ phoneNumber: from, fail: () => {} })
  },

  again() {
    const { order } = this.data
    if (order) wx.navigateTo({ url: `/pages/station/station?station_no=${order.station_no}` })
  },

  openWallet() {
    wx.navigateTo({ url: '/pages/wallet/wallet' })
  },
})
