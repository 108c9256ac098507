// The wallet: what can be spent, what is held or owed, topping up, and every movement.
// @ts-check

const { getWallet, listMovements } = require('../../api/wallet')
const { parseYuan, yuan } = require('../../format/money')
const { walletView, amountsOf, movementOf } = require('./view')
const { startTopUp, waitForPayment } = require('./top_up')
const { load, say, NO_ERROR } = require('../load')

/** @typedef {import('../../api/http').ApiError} ApiError */

Page({
  data: {
    phase: 'loading',
    error: NO_ERROR,
    /** @type {ReturnType<typeof walletView> | null} */
    wallet: null,
    /** @type {ReturnType<typeof amountsOf>} */
    amounts: [],
    amount_fen: 0,
    button_text: '充值',
    custom: '',
    custom_fault: '',
    /** '', `paying`, `confirming`, `paid`, `unknown` */
    stage: '',
    paid_text: '',
    needed_fen: 0,
    /** came from a start that needs money: the way back is offered */
    is_for_start: false,
    /** @type {ReturnType<typeof movementOf>[]} */
    movements: [],
    has_more: false,
  },

  /** @type {string | null} */
  cursor: null,
  isReading: false,
  isGone: false,

  /** @param {{need_fen?: string}} options */
  onLoad(options) {
    this.setData({ needed_fen: Number(options.need_fen || 0), is_for_start: options.need_fen !== undefined })
  },

  onShow() {
    this.refresh()
  },

  onUnload() {
    this.isGone = true
  },

  async onPullDownRefresh() {
    await this.refresh()
    wx.stopPullDownRefresh()
  },

  refresh() {
    return load(this, async () => {
      const [wallet, page] = await Promise.all([getWallet(), listMovements(null)])
      this.cursor = page.next_cursor
      const amounts = amountsOf(wallet, Math.max(this.data.needed_fen, wallet.debt_fen))
      const amountFen = this.data.amount_fen || (amounts.length > 0 ? amounts[0].fen : 0)
      return {
        wallet: walletView(wallet),
        amounts,
        ...this.amount(amountFen),
        movements: page.movements.map(movementOf),
        has_more: page.next_cursor !== null,
      }
    })
  },

  /** @param {number} fen */
  amount(fen) {
    return { amount_fen: fen, button_text: fen > 0 ? `充值 ${yuan(fen)}` : '充值' }
  },

  /** @param {WechatMiniprogram.TouchEvent} event */
  choose(event) {
    this.setData({ custom: '', custom_fault: '', ...this.amount(event.currentTarget.dataset.fen) })
  },

  /** @param {WechatMiniprogram.Input} event */
  type(event) {
    const { wallet } = this.data
    if (!wallet) return
    const custom = event.detail.value
    const fen = parseYuan(custom)
    const isFit = fen !== null && fen >= wallet.smallest_fen && fen <= wallet.largest_fen
    const fault = custom && !isFit ? `请输入 ${wallet.range} 之间的金额` : ''
    this.setData({ custom, custom_fault: fault, ...this.amount(isFit ? fen : 0) })
  },

  async pay() {
    const { amount_fen, stage } = this.data
    if (amount_fen === 0 || stage === 'paying' || stage === 'confirming') return
    this.setData({ stage: 'paying' })
    try {
      const started = await startTopUp(amount_fen)
      if (this.isGone) return
      if (!started.is_paid_by_driver) {
        this.setData({ stage: '' })
        return say('支付已取消，没有扣款')
      }
      this.setData({ stage: 'confirming' })
      await this.finish(started.payment_no, amount_fen)
    } catch (thrown) {
      if (this.isGone) return
      this.setData({ stage: '' })
      say(/** @type {ApiError} */ (thrown).message)
    }
  },

  /** @param {string} paymentNo @param {number} amountFen */
  async finish(paymentNo, amountFen) {
    const outcome = await waitForPayment(paymentNo, () => this.isGone)
    if (this.isGone) return
    if (outcome === 'closed') {
      this.setData({ stage: '' })
      return say('支付没有完成，没有扣款')
    }
    this.setData({ stage: outcome, paid_text: `${yuan(amountFen)} 已到账`, custom: '', amount_fen: 0, needed_fen: 0 })
    await this.refresh()
  },

  goBack() {
    wx.navigateBack()
  },

  async onReachBottom() {
    if (this.cursor === null || this.isReading) return
    this.isReading = true
    try {
      const page = await listMovements(this.cursor)
      this.cursor = page.next_cursor
      const movements = [...this.data.movements, ...page.movements.map(movementOf)]
      this.setData({ movements, has_more: page.next_cursor !== null })
    } catch (thrown) {
      say(/** @type {ApiError} */ (thrown).message)
    }
    this.isReading = false
  },
})
