// The bill, a month at a time: what it comes to and every movement, filtered by kind; a charge leads to its order.
// @ts-check

const { listBills } = require('../../api/bills')
const { KINDS, monthBeside, monthText, movementOf, totalsView } = require('./view')
const { Rows } = require('../rows')
const { NO_ERROR, NOT_HEARD } = require('../load')

/** @typedef {import('../../api/bills').BillMovement} BillMovement */
/** @typedef {import('../../api/bills').BillPage} BillPage */

Page({
  data: {
    phase: 'loading',
    error: NO_ERROR,
    fresh: NOT_HEARD,
    kinds: KINDS,
    kind: '',
    month_text: '',
    has_earlier: false,
    has_later: false,
    /** @type {ReturnType<typeof totalsView> | null} */
    totals: null,
    /** @type {ReturnType<typeof movementOf>[]} */
    movements: [],
    foot: 'end',
  },

  /** @type {Rows<BillMovement> | null} */
  rows: null,
  /** the month looked at, '' until the server has named the present one */
  month: '',
  present: '',
  /** what was said with the first page */
  said: {},

  onLoad() {
    this.begin()
  },

  onShow() {
    this.refresh()
  },

  async onPullDownRefresh() {
    await this.refresh()
    wx.stopPullDownRefresh()
  },

  /** A list of its own for each month and kind, so that no answer comes to another one's. */
  begin() {
    const { month } = this
    const { kind } = this.data
    this.rows = new Rows(this, {
      read: async (cursor) => {
        const page = await listBills({ month, kind, cursor })
        if (cursor === null) this.hear(page)
        return { rows: page.movements, next_cursor: page.next_cursor }
      },
      keyOf: (movement) => movement.entry_no,
      show: (movements) => ({ movements: movements.map(movementOf), ...this.said }),
    })
  },

  /** @param {BillPage} page */
  hear(page) {
    this.present = this.present || page.month
    this.month = page.month
    this.said = {
      month_text: monthText(page.month),
      has_earlier: page.month > page.first_month,
      has_later: page.month < this.present,
      totals: page.totals && totalsView(page.totals),
    }
  },

  async refresh() {
    if (this.rows) await this.rows.refresh()
  },

  /** @param {WechatMiniprogram.TouchEvent} event */
  chooseMonth(event) {
    const isThere = event.currentTarget.dataset.by < 0 ? this.data.has_earlier : this.data.has_later
    if (!isThere || !this.month) return
    this.month = monthBeside(this.month, event.currentTarget.dataset.by)
    this.turn({})
  },

  /** @param {WechatMiniprogram.TouchEvent} event */
  chooseKind(event) {
    this.turn({ kind: event.currentTarget.dataset.kind })
  },

  /** @param {{kind?: string}} change */
  turn(change) {
    this.setData({ ...change, phase: 'loading', movements: [], totals: null, foot: 'end' })
    this.begin()
    this.refresh()
  },

  more() {
    if (this.rows) this.rows.more()
  },

  onReachBottom() {
    this.more()
  },

  /** @param {WechatMiniprogram.TouchEvent} event */
  open(event) {
    const { no } = event.currentTarget.dataset
    if (no) wx.navigateTo({ url: `/pages/order/order?order_no=${no}` })
  },
})
