// The driver's top-ups, newest first, those nobody paid among them.
// @ts-check

const { listTopUps } = require('../../api/refunds')
const { topUpOf } = require('./view')
const { Rows } = require('../rows')
const { NO_ERROR, NOT_HEARD } = require('../load')

/** @typedef {import('../../api/refunds').TopUpRow} TopUpRow */

/** @param {string | null} cursor */
async function readTopUps(cursor) {
  const page = await listTopUps(cursor)
  return { rows: page.top_ups, next_cursor: page.next_cursor }
}

Page({
  data: {
    phase: 'loading',
    error: NO_ERROR,
    fresh: NOT_HEARD,
    /** @type {ReturnType<typeof topUpOf>[]} */
    topUps: [],
    foot: 'end',
  },

  /** @type {Rows<TopUpRow> | null} */
  rows: null,

  onLoad() {
    this.rows = new Rows(this, {
      read: readTopUps,
      keyOf: (row) => row.payment_no,
      show: (rows) => ({ phase: rows.length > 0 ? 'ready' : 'empty', topUps: rows.map(topUpOf) }),
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

  goBack() {
    wx.navigateBack()
  },
})
