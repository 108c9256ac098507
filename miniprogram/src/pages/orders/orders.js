// The driver's charges, newest first, month by month with their sums; a page more at the end of the list.
// @ts-check

const { listOrders } = require('../../api/orders')
const { monthsOf } = require('./view')
const { Rows } = require('../rows')
const { NO_ERROR, NOT_HEARD } = require('../load')

/** @typedef {import('../../api/orders').OrderSummary} OrderSummary */
/** @typedef {import('../../api/orders').OrderMonth} OrderMonth */

Page({
  data: {
    phase: 'loading',
    error: NO_ERROR,
    fresh: NOT_HEARD,
    /** @type {ReturnType<typeof monthsOf>} */
    months: [],
    foot: 'end',
  },

  /** @type {Rows<OrderSummary> | null} */
  rows: null,
  /** @type {Map<string, OrderMonth>} what the server said of months so far */
  sums: new Map(),

  onLoad() {
    this.sums = new Map()
    this.rows = new Rows(this, {
      read: async (cursor) => {
        const page = await listOrders(cursor)
        // a server of the version before tells none
        ;(page.months || []).forEach((month) => this.sums.set(month.month, month))
        return { rows: page.orders, next_cursor: page.next_cursor }
      },
      keyOf: (order) => order.order_no,
      show: (orders) => ({ phase: orders.length > 0 ? 'ready' : 'empty', months: monthsOf(orders, this.sums) }),
    })
  },

  onShow() {
    this.refresh()
  },

  async onPullDownRefresh() {
    await this.refresh()
    wx.stopPullDownRefresh()
  },

  async refresh() {
    if (this.rows) await this.rows.refresh()
  },

  more() {
    if (this.rows) this.rows.more()
  },

  onReachBottom() {
    this.more()
  },

  /** @param {WechatMiniprogram.TouchEvent} event */
  open(event) {
    wx.navigateTo({ url: `/pages/order/order?order_no=${event.currentTarget.dataset.no}` })
  },

  goHome() {
    wx.switchTab({ url: '/pages/index/index' })
  },
})
