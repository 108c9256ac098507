// Asking money back: all of it unless the driver says less, and where it goes before it goes. Nobody has to agree.
// @ts-check

const { quoteRefund, askRefund } = require('../../api/refunds')
const { parseYuan, yuan } = require('../../format/money')
const { quoteView } = require('./view')
const { sheetAfter, CLOSED } = require('../pay_ask')
const { load, say, NO_ERROR, NOT_HEARD } = require('../load')

/** @typedef {import('../../api/http').ApiError} ApiError */

const TYPING_MS = 400

Page({
  data: {
    phase: 'loading',
    error: NO_ERROR,
    fresh: NOT_HEARD,
    /** @type {ReturnType<typeof quoteView> | null} */
    quote: null,
    typed: '',
    fault: '',
    /** what the button asks for; 0 while the amount is not known to be right */
    amount_fen: 0,
    button_text: '退款',
    is_asking: false,
    pay_sheet: CLOSED,
  },

  isGone: false,
  typingTimer: 0,
  quotes: 0,

  onShow() {
    this.refresh()
  },

  onUnload() {
    this.isGone = true
    clearTimeout(this.typingTimer)
  },

  refresh() {
    return load(this, async () => {
      const quote = quoteView(await quoteRefund(null))
      const phase = quote.refundable_fen > 0 || quote.notes.length > 0 ? 'ready' : 'empty'
      return { phase, quote, typed: quote.all, fault: '', ...this.amount(quote.refundable_fen) }
    })
  },

  /** @param {number} fen */
  amount(fen) {
    return { amount_fen: fen, button_text: fen > 0 ? `确认退款 ${yuan(fen)}` : '退款' }
  },

  /** @param {WechatMiniprogram.Input} event */
  type(event) {
    const { quote } = this.data
    if (!quote) return
    const typed = event.detail.value
    const fen = parseYuan(typed)
    const isFit = fen !== null && fen > 0 && fen <= quote.refundable_fen
    const fault = typed && !isFit ? `请输入 ¥0.01 到 ${quote.refundable} 之间的金额` : ''
    // where it goes is not known until it was asked
    this.setData({ typed, fault, ...this.amount(0) })
    clearTimeout(this.typingTimer)
    if (isFit) this.typingTimer = setTimeout(() => this.quoteFor(fen), TYPING_MS)
  },

  takeAll() {
    const { quote } = this.data
    if (!quote) return
    this.setData({ typed: quote.all, fault: '' })
    this.quoteFor(quote.refundable_fen)
  },

  /** @param {number} fen */
  async quoteFor(fen) {
    const turn = (this.quotes += 1)
    const isOver = () => this.isGone || this.quotes !== turn || parseYuan(this.data.typed) !== fen
    try {
      const quote = quoteView(await quoteRefund(fen))
      if (!isOver()) this.setData({ quote, ...this.amount(quote.amount_fen === fen ? fen : 0) })
    } catch (thrown) {
      if (!isOver()) this.setData({ fault: /** @type {ApiError} */ (thrown).message })
    }
  },

  ask() {
    return this.askNow()
  },

  /** @param {WechatMiniprogram.CustomEvent<{password: string}>} event */
  pay(event) {
    return this.askNow(event.detail.password)
  },

  closePay() {
    this.setData({ pay_sheet: CLOSED })
  },

  /** @param {string} [payPassword] */
  async askNow(payPassword) {
    const { amount_fen: amountFen } = this.data
    if (amountFen === 0 || this.data.is_asking) return
    this.setData({ is_asking: true })
    try {
      await askRefund(amountFen, payPassword)
      if (!this.isGone) wx.redirectTo({ url: '/pages/refunds/refunds?is_new=1' })
    } catch (thrown) {
      if (this.isGone) return
      const error = /** @type {ApiError} */ (thrown)
      const sheet = sheetAfter(error, this.data.pay_sheet)
      this.setData({ pay_sheet: sheet || CLOSED })
      if (sheet) return
      say(error.isAnswered ? error.message : '没有收到答复，请再点一次；不会重复退款')
      if (error.code === 'refund_too_much') this.refresh()
    } finally {
      if (!this.isGone) this.setData({ is_asking: false })
    }
  },

  goBack() {
    wx.navigateBack()
  },
})
