// How an order was computed: meter, energy × price, lines, money. Everything to do the sum again by hand.
// @ts-check

const { getOrderProof } = require('../../api/orders')
const { proofView } = require('./view')
const { load, NO_ERROR, NOT_HEARD } = require('../load')

Page({
  data: {
    phase: 'loading',
    error: NO_ERROR,
    fresh: NOT_HEARD,
    /** @type {ReturnType<typeof proofView> | null} */
    proof: null,
  },

  order_no: '',
  isGone: false,

  /** @param {{order_no?: string}} options */
  onLoad(options) {
    this.order_no = options.order_no || ''
  },

  onShow() {
    this.refresh()
  },

  onUnload() {
    this.isGone = true
  },

  refresh() {
    return load(this, async () => ({ proof: proofView(await getOrderProof(this.order_no)) }))
  },

  copy() {
    wx.setClipboardData({ data: this.order_no })
  },
})
