// The driver's refunds, newest first, with the progress of every part; what goes on is asked about while it is looked at.
// @ts-check

const { listRefunds } = require('../../api/refunds')
const { refundOf, areGoing } = require('./view')
const { callService } = require('../call_service')
const { Rows } = require('../rows')
const { NO_ERROR, NOT_HEARD } = require('../load')

/** @typedef {import('../../api/refunds').RefundView} RefundView */

const ASK_EVERY_MS = 4000

/** @param {string | null} cursor */
async function readRefunds(cursor) {
  const page = await listRefunds(cursor)
  return { rows: page.refunds, next_cursor: page.next_cursor }
}

Page({
  data: {
    phase: 'loading',
    error: NO_ERROR,
    fresh: NOT_HEARD,
    /** @type {ReturnType<typeof refundOf>[]} */
    refunds: [],
    foot: 'end',
    is_going: false,
    /** just asked for: says so once */
    is_new: false,
  },

  /** @type {Rows<RefundView> | null} */
  rows: null,
  isGone: false,
  timer: 0,

  /** @param {{is_new?: string}} options */
  onLoad(options) {
    this.setData({ is_new: options.is_new !== undefined })
    this.rows = new Rows(this, {
      read: readRefunds,
      keyOf: (refund) => refund.refund_no,
      show: (refunds) => ({
        phase: refunds.length > 0 ? 'ready' : 'empty',
        refunds: refunds.map(refundOf),
        is_going: areGoing(refunds),
      }),
    })
  },

  onShow() {
    this.refresh()
  },

  onHide() {
    clearTimeout(this.timer)
  },

  onUnload() {
    this.isGone = true
    clearTimeout(this.timer)
  },

  async onPullDownRefresh() {
    await this.refresh()
    wx.stopPullDownRefresh()
  },

  async refresh() {
    clearTimeout(this.timer)
    if (!this.rows) return
    await this.rows.refresh()
    clearTimeout(this.timer)
    if (!this.isGone && this.data.is_going) this.timer = setTimeout(() => this.refresh(), ASK_EVERY_MS)
  },

  more() {
    if (this.rows) this.rows.more()
  },

  onReachBottom() {
    this.more()
  },

  call() {
    callService()
  },

  goBack() {
    wx.navigateBack()
  },
})
