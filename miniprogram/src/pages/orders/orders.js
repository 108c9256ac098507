// The driver's orders, newest first, a page more at the end of the list.
// @ts-check

const { listOrders } = require('../../api/orders')
const { monthsOf } = require('./view')
const { load, say, NO_ERROR } = require('../load')

/** @typedef {import('../../api/orders').OrderSummary} OrderSummary */

Page({
  data: {
    phase: 'loading',
    error: NO_ERROR,
    /** @type {ReturnType<typeof monthsOf>} */
    months: [],
    has_more: false,
  },

  /** @type {OrderSummary[]} */
  orders: [],
  /** @type {string | null} */
  cursor: null,
  isReading: false,

  onShow() {
    this.refresh()
  },

  async onPullDownRefresh() {
    await this.refresh()
    wx.stopPullDownRefresh()
  },

  refresh() {
    return load(this, async () => {
      const page = await listOrders(null)
      this.orders = page.orders
      return this.view(page.next_cursor)
    })
  },

  /** @param {string | null} cursor */
  view(cursor) {
    this.cursor = cursor
    return {
      phase: this.orders.length > 0 ? 'ready' : 'empty',
      months: monthsOf(this.orders),
      has_more: cursor !== null,
    }
  },

  async onReachBottom() {
    if (this.cursor === null || this.isReading) return
    this.isReading = true
    try {
      const page = await listOrders(this.cursor)
      this.orders = [...this.orders, ...page.orders]
      this.setData(this.view(page.next_cursor))
    } catch (thrown) {
      say(/** @type {import('../../api/http').ApiError} */ (thrown).message)
    }
    this.isReading = false
  },

  /** @param {WechatMiniprogram.TouchEvent} event */
  open(event) {
    wx.navigateTo({ url: `/pages/order/order?order_no=${event.currentTarget.dataset.no}` })
  },

  goHome() {
    wx.switchTab({ url: '/pages/index/index' })
  },
})
