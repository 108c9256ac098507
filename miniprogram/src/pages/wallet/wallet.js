// The wallet: what can be spent, what is held or owed, topping up, and the ways to its records.
// @ts-check

const { getWallet, payDebt } = require('../../api/wallet')
const { forgetTopUp } = require('../../api/payments')
const { parseYuan, yuan } = require('../../format/money')
const { walletView, amountsOf, elsewhereView } = require('./view')
const { payTopUp, askOpenTopUp, followOpenTopUp } = require('./top_up')
const { load, say, NO_ERROR, NOT_HEARD } = require('../load')

/** @typedef {import('../../api/http').ApiError} ApiError */
/** @typedef {import('../../api/payments').Channel} Channel */
/**
 * `paying`: WeChat's sheet is up; `confirming`: paid, the money is on its way; `checking`: WeChat said no, the platform
 * is asked; `elsewhere`: to be paid outside WeChat, followed; `open`: not paid, can be gone on with; `unknown`: nobody
 * could say.
 * @typedef {'' | 'paying' | 'confirming' | 'checking' | 'elsewhere' | 'paid' | 'open' | 'unknown'} Stage
 */

/** Tapping again changes nothing while one of these lasts. @type {Stage[]} */
const BUSY = ['paying', 'confirming', 'checking']

const CLOSED = '这笔充值已经关闭，没有扣款'

Page({
  data: {
    phase: 'loading',
    error: NO_ERROR,
    fresh: NOT_HEARD,
    /** @type {ReturnType<typeof walletView> | null} */
    wallet: null,
    /** @type {ReturnType<typeof amountsOf>} */
    amounts: [],
    amount_fen: 0,
    button_text: '充值',
    custom: '',
    custom_fault: '',
    /** @type {Stage} */
    stage: '',
    /** the sum the stage is about */
    stage_sum: '',
    open_fen: 0,
    /** @type {Channel} of the payment that is open */
    open_channel: 'wechat',
    /** @type {Channel} chosen for the next one */
    channel: 'wechat',
    /** @type {ReturnType<typeof elsewhereView> | null} */
    elsewhere: null,
    needed_fen: 0,
    is_paying_debt: false,
    /** came from a start that needs money: the way back is offered */
    is_for_start: false,
  },

  isGone: false,
  isHidden: false,
  isFollowing: false,

  /** @param {{need_fen?: string}} options */
  onLoad(options) {
    this.setData({ needed_fen: Number(options.need_fen || 0), is_for_start: options.need_fen !== undefined })
  },

  onShow() {
    this.isHidden = false
    this.refresh()
    this.follow()
  },

  onHide() {
    this.isHidden = true
  },

  onUnload() {
    this.isGone = true
  },

  async onPullDownRefresh() {
    await this.refresh()
    wx.stopPullDownRefresh()
  },

  async refresh() {
    const [isPaidNow] = await Promise.all([this.askOpen(), this.readAll()])
    if (isPaidNow) await this.readAll()
  },

  readAll() {
    return load(this, () => this.readWallet())
  },

  async readWallet() {
    const wallet = await getWallet()
    const amounts = amountsOf(wallet, this.data.needed_fen + wallet.debt_fen)
    const amountFen = this.data.amount_fen || (amounts.length > 0 ? amounts[0].fen : 0)
    return { wallet: walletView(wallet), amounts, ...this.amount(amountFen) }
  },

  /** What became of a top-up that was begun before, on another visit or before the app was closed: whether it is paid. */
  async askOpen() {
    const isTaken = () => [...BUSY, 'elsewhere'].includes(this.data.stage)
    if (isTaken()) return false
    const end = await askOpenTopUp()
    if (this.isGone || isTaken()) return false
    if (end) this.end(end)
    else if (this.data.stage !== 'paid') this.setData({ stage: '' })
    return end !== null && end.outcome === 'paid'
  },

  /** @param {import('./top_up').TopUpEnd} end */
  end({ outcome, amount_fen, channel, elsewhere }) {
    const stage = outcome === 'closed' ? '' : outcome
    this.setData({
      stage,
      stage_sum: yuan(amount_fen),
      open_fen: outcome === 'paid' ? 0 : amount_fen,
      open_channel: channel,
      elsewhere: elsewhere ? elsewhereView(elsewhere) : null,
    })
    if (outcome === 'paid') this.setData({ custom: '', amount_fen: 0, needed_fen: 0 })
  },

  /** What is paid outside WeChat: asked about for as long as the driver looks. */
  async follow() {
    if (this.data.stage !== 'elsewhere' || this.isFollowing) return
    this.isFollowing = true
    const end = await followOpenTopUp(() => this.isGone || this.isHidden || this.data.stage !== 'elsewhere')
    this.isFollowing = false
    if (!end || this.isGone || this.data.stage !== 'elsewhere') return
    this.end(end)
    if (end.outcome === 'closed') say(CLOSED)
    else await this.readAll()
  },

  /** @param {number} fen */
  amount(fen) {
    return { amount_fen: fen, button_text: fen > 0 ? `充值 ${yuan(fen)}` : '充值' }
  },

  /** @param {WechatMiniprogram.TouchEvent} event */
  choose(event) {
    this.setData({ custom: '', custom_fault: '', ...this.amount(event.currentTarget.dataset.fen) })
  },

  /** @param {WechatMiniprogram.CustomEvent<{channel: Channel}>} event */
  chooseWay(event) {
    this.setData({ channel: event.detail.channel })
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

  pay() {
    return this.payOne(this.data.amount_fen, this.data.channel)
  },

  goOn() {
    return this.payOne(this.data.open_fen, this.data.open_channel)
  },

  /**
   * @param {number} amountFen
   * @param {Channel} channel
   */
  async payOne(amountFen, channel) {
    if (amountFen === 0 || BUSY.includes(this.data.stage)) return
    this.setData({ stage: 'paying', stage_sum: yuan(amountFen) })
    try {
      const end = await payTopUp(amountFen, channel, {
        isLeft: () => this.isGone,
        onPaid: () => this.setData({ stage: 'confirming' }),
        onDoubt: () => this.setData({ stage: 'checking' }),
      })
      if (this.isGone) return
      if (end) this.end(end)
      if (!end || end.outcome === 'closed') this.fail(CLOSED)
      if (end && end.outcome === 'paid') await this.readAll()
      await this.follow()
    } catch (thrown) {
      if (!this.isGone) this.refused(/** @type {ApiError} */ (thrown))
    }
  },

  /** @param {ApiError} error */
  refused(error) {
    if (error.code !== 'agreement_not_accepted') return this.fail(error.message)
    this.setData({ stage: '' })
    return wx.navigateTo({ url: '/pages/agreements/agreements' })
  },

  /** @param {string} text */
  fail(text) {
    this.setData({ stage: '' })
    say(text)
  },

  async check() {
    this.setData({ stage: 'checking' })
    const end = await askOpenTopUp()
    if (this.isGone) return
    this.setData({ stage: '' })
    if (end) this.end(end)
    this.readAll()
  },

  async clearDebt() {
    if (this.data.is_paying_debt) return
    this.setData({ is_paying_debt: true })
    try {
      await payDebt()
      if (!this.isGone) say('已用余额补缴')
    } catch (thrown) {
      if (!this.isGone) say(/** @type {ApiError} */ (thrown).message)
    }
    if (this.isGone) return
    this.setData({ is_paying_debt: false })
    await this.readAll()
  },

  /** Another sum: the open one takes nothing unless it is gone on with. */
  async chooseOther() {
    const end = await askOpenTopUp()
    if (this.isGone) return
    if (end && end.outcome !== 'open') return this.end(end)
    forgetTopUp()
    this.setData({ stage: '', open_fen: 0 })
  },

  /** @param {WechatMiniprogram.TouchEvent} event */
  goTo(event) {
    wx.navigateTo({ url: `/pages/${event.currentTarget.dataset.page}` })
  },

  goBack() {
    wx.navigateBack()
  },
})
