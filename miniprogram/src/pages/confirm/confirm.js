// Before a start: what it is, what it costs, what is held; one obstacle with one next step, or the start itself.
// A scanned ordinary link (WeChat's `q`) opens this page directly.
// @ts-check

const { resolveConnector, estimateCharge, findEstimate } = require('../../api/connectors')
const { findLiveSession, startSession } = require('../../api/sessions')
const { askToTell, findTemplates } = require('../../api/messages')
const { prepay, quotePrepayment } = require('../../api/prepayments')
const { getStation } = require('../../api/stations')
const { follow } = require('../../api/follow')
const { serverNow } = require('../../api/clock')
const { parseYuan, yuan } = require('../../format/money')
const { connectorView, estimateView, offersView } = require('./view')
const { firstObstacle, obstacleOf } = require('./obstacle')
const { callService } = require('../call_service')
const { payByWeChat } = require('../pay_sheet')
const { sheetAfter, CLOSED } = require('../pay_ask')
const { load, say, NO_ERROR, NOT_HEARD } = require('../load')

/** @typedef {import('../../api/http').ApiError} ApiError */
/** @typedef {import('../../api/connectors').ChargeEstimate} ChargeEstimate */
/** @typedef {import('../../api/stations').StationDetail} StationDetail */
/** @typedef {import('../../api/connectors').ResolvedConnector} ResolvedConnector */
/** @typedef {import('../../api/sessions').SessionView} SessionView */
/** @typedef {import('../pay_sheet').SheetParams} SheetParams */

const NOT_KNOWN_STARTED = '没有收到答复，还不知道有没有启动。再点一次会接着这一次，不会重复启动，也不会重复扣钱。'
const UNKNOWN_TEXT = ['connector_not_found', 'bad_qr_link', 'qr_replaced', 'invalid_input']

/**
 * What a link's parameter says; one with a broken percent escape is taken as it stands.
 * @param {string} text
 */
function decoded(text) {
  try {
    return decodeURIComponent(text)
  } catch (_) {
    return text
  }
}

/** @param {string} connectorNo */
async function findOffers(connectorNo) {
  try {
    return offersView(await quotePrepayment(connectorNo))
  } catch (thrown) {
    // the wallet pays as well; what stands against a start is told by the rest
    if (/** @type {ApiError} */ (thrown).isAnswered) return []
    throw thrown
  }
}

Page({
  data: {
    phase: 'loading',
    error: NO_ERROR,
    fresh: NOT_HEARD,
    /** why the scanned text leads nowhere */
    unknown: '',
    /** @type {ReturnType<typeof connectorView> | null} */
    connector: null,
    /** @type {ReturnType<typeof estimateView> | null} */
    estimate: null,
    /** @type {import('./obstacle').Obstacle | null} */
    obstacle: null,
    /** @type {number | null} */
    limit_fen: null,
    custom_text: '',
    /** what a limit above the balance comes to */
    limit_note: '',
    /** @type {'wallet' | 'prepay'} */
    way: 'wallet',
    /** @type {ReturnType<typeof offersView>} */
    offers: [],
    /** @type {ReturnType<typeof offersView>[number] | null} the one chosen */
    offer: null,
    is_starting: false,
    pay_sheet: CLOSED,
    /** why nobody knows whether it started */
    start_fault: '',
    /** the number to correct; '' while it is not being corrected */
    typed_no: '',
    is_typing: false,
  },

  text: '',
  busy_session_no: '',
  seen_state: '',
  followed_no: '',
  /** @type {boolean | null} */
  asksWhoseCar: null,
  /** @type {{connector: ResolvedConnector, estimate: ChargeEstimate | null, live: SessionView | null} | null} */
  seen: null,
  /** @type {import('../../api/messages').MessageTemplate[] | null} */
  templates: null,
  isAsking: false,
  isSeen: false,
  isGone: false,
  unfollow() {},

  /** @param {{q?: string, text?: string}} options */
  onLoad(options) {
    this.text = decoded(options.q || options.text || '')
  },

  onShow() {
    this.isSeen = true
    this.refresh()
  },

  onHide() {
    this.stop()
  },

  onUnload() {
    this.isGone = true
    this.stop()
  },

  stop() {
    this.isSeen = false
    this.unfollow()
    this.unfollow = () => {}
    this.followed_no = ''
  },

  refresh() {
    return load(this, async () => {
      try {
        return await this.read()
      } catch (thrown) {
        const error = /** @type {ApiError} */ (thrown)
        if (!UNKNOWN_TEXT.includes(error.code)) throw thrown
        return { phase: 'empty', unknown: error.message, connector: null, typed_no: this.text.includes('/') ? '' : this.text }
      }
    })
  },

  async read() {
    const connector = await resolveConnector(this.text)
    const [estimate, live, offers, templates] = await Promise.all([
      findEstimate(connector.connector_no, this.data.limit_fen),
      findLiveSession(),
      findOffers(connector.connector_no),
      this.templates || findTemplates(),
    ])
    this.templates = templates
    this.seen = { connector, estimate, live }
    const chosen = this.data.offer ? this.data.offer.fen : 0
    const way = offers.length > 0 ? this.data.way : 'wallet'
    this.busy_session_no = live ? live.session_no : ''
    // only the first look tells of before the scan; a plug pulled since then is this driver's to put in
    this.asksWhoseCar = connector.asks_whose_car && this.asksWhoseCar !== false
    this.followStation(connector.station.station_no, connector.connector_no)
    return {
      connector: connectorView(connector, serverNow()),
      estimate: estimate && estimateView(estimate),
      obstacle: firstObstacle(connector, estimate, live, way === 'prepay'),
      way,
      offers,
      offer: offers.find((one) => one.fen === chosen) || offers[Math.floor(offers.length / 2)] || null,
    }
  },

  /**
   * The plug is seen by the station's live state; a change of it asks anew what stands against a start.
   * @param {string} stationNo
   * @param {string} connectorNo
   */
  followStation(stationNo, connectorNo) {
    if (!this.isSeen || this.followed_no === stationNo) return
    this.unfollow()
    this.followed_no = stationNo
    this.unfollow = follow({
      topic: `station:${stationNo}`,
      read: () => getStation(stationNo, null),
      onData: (detail) => this.see(detail, connectorNo),
      onError: () => {},
      onFresh: (fresh) => this.setData({ fresh: { ...fresh, heard_at_ms: fresh.heard_at_ms || this.data.fresh.heard_at_ms } }),
    })
  },

  /** @param {StationDetail} detail @param {string} connectorNo */
  see(detail, connectorNo) {
    const found = detail.connectors.find((connector) => connector.connector_no === connectorNo)
    const state = found ? found.state.status : ''
    const isChange = this.seen_state !== '' && this.seen_state !== state
    this.seen_state = state
    if (isChange && !this.data.is_starting) this.refresh()
  },

  /** @param {WechatMiniprogram.TouchEvent} event */
  chooseLimit(event) {
    this.limitTo(event.currentTarget.dataset.fen || null, '')
  },

  /** @param {WechatMiniprogram.TouchEvent} event */
  chooseWay(event) {
    const { way } = event.currentTarget.dataset
    const { seen } = this
    if (!seen || this.data.is_starting) return
    this.setData({ way, start_fault: '', obstacle: firstObstacle(seen.connector, seen.estimate, seen.live, way === 'prepay') })
  },

  /** @param {WechatMiniprogram.TouchEvent} event */
  chooseOffer(event) {
    this.setData({ offer: this.data.offers.find((one) => one.fen === event.currentTarget.dataset.fen) || null })
  },

  chooseCustom() {
    wx.showModal({
      title: '最多花多少元',
      editable: true,
      placeholderText: '例如 30',
      success: (answer) => {
        if (!answer.confirm) return
        const fen = parseYuan(answer.content || '')
        if (fen === null || fen === 0) return say('请输入金额，最多两位小数')
        this.limitTo(fen, `¥${(answer.content || '').trim()}`)
      },
    })
  },

  /** @param {number | null} fen @param {string} customText */
  async limitTo(fen, customText) {
    const { connector } = this.data
    if (!connector) return
    try {
      const estimate = await estimateCharge(connector.connector_no, fen)
      const isAbove = fen !== null && fen > estimate.hold_fen
      const note = `余额能用的只有 ${yuan(estimate.hold_fen)}，充到 ${yuan(estimate.hold_fen)} 就会停；想多充请先充值。`
      this.setData({ limit_fen: fen, custom_text: customText, limit_note: isAbove ? note : '', estimate: estimateView(estimate) })
    } catch (thrown) {
      say(/** @type {ApiError} */ (thrown).message)
    }
  },

  /** A car that was there before the scan may be somebody else's: asked once, and the start carries the answer. */
  async start() {
    if (this.data.is_starting || this.isAsking) return undefined
    // WeChat shows its question in a tap only
    this.isAsking = true
    await askToTell(this.templates || [])
    this.isAsking = false
    if (!this.asksWhoseCar) return this.startNow()
    return wx.showModal({
      title: '这是您的车吗？',
      content: '您扫码之前，这把枪已经插在一辆车上。启动后充的是这辆车，费用由您支付。',
      confirmText: '是我的车',
      cancelText: '不是',
      success: (answer) => (answer.confirm ? this.startNow() : say('请换一把枪，或等车主拔枪后再启动')),
    })
  },

  /** @param {WechatMiniprogram.CustomEvent<{password: string}>} event */
  pay(event) {
    return this.startNow(event.detail.password)
  },

  closePay() {
    this.setData({ pay_sheet: CLOSED })
  },

  /** @param {string} [payPassword] */
  async startNow(payPassword) {
    const { connector, limit_fen, is_starting } = this.data
    if (!connector || is_starting) return
    this.setData({ is_starting: true, start_fault: '' })
    try {
      const started = await (this.data.way === 'prepay'
        ? this.payFirst(connector.connector_no)
        : startSession(connector.connector_no, limit_fen, this.asksWhoseCar || null, payPassword))
      // who has left meanwhile finds it in the bar of every tab
      if (!this.isGone) wx.redirectTo({ url: `/pages/charging/charging?session_no=${started.session_no}` })
    } catch (thrown) {
      const error = /** @type {ApiError} */ (thrown)
      if (error.isAnswered) this.refused(error)
      else await this.askWhetherStarted()
    }
  },

  /** @param {string} connectorNo */
  async payFirst(connectorNo) {
    const { offer } = this.data
    const wish = { connector_no: connectorNo, amount_fen: offer ? offer.fen : 0, is_own_car: this.asksWhoseCar || null }
    const asked = await prepay({ ...wish, channel: 'wechat' })
    // whether it was paid is told by the charge's page, where it can be paid still
    if (asked.pay) await payByWeChat(/** @type {SheetParams} */ (asked.pay))
    return asked
  },

  /** The answer to a start was lost: it may be running already. */
  async askWhetherStarted() {
    const live = await findLiveSession().catch(() => null)
    if (this.isGone) return undefined
    if (live) return wx.redirectTo({ url: `/pages/charging/charging?session_no=${live.session_no}` })
    return this.setData({ is_starting: false, pay_sheet: CLOSED, start_fault: NOT_KNOWN_STARTED })
  },

  /** @param {ApiError} error */
  refused(error) {
    if (this.isGone) return
    const sheet = sheetAfter(error, this.data.pay_sheet)
    this.setData({ is_starting: false, pay_sheet: sheet || CLOSED })
    if (sheet) return
    this.busy_session_no = error.data.session_no || this.busy_session_no
    this.setData({ obstacle: obstacleOf(error.code, error.message, error.data.service_phone) })
  },

  step() {
    const { obstacle, connector, estimate } = this.data
    if (!obstacle || !connector) return
    switch (obstacle.go) {
      case 'wallet':
        return wx.navigateTo({ url: `/pages/wallet/wallet?need_fen=${estimate ? estimate.short_fen : 0}` })
      case 'session':
        return wx.redirectTo({ url: `/pages/charging/charging?session_no=${this.busy_session_no}` })
      case 'station':
        return wx.redirectTo({ url: `/pages/station/station?station_no=${connector.station_no}` })
      case 'nearby':
        return wx.switchTab({ url: '/pages/index/index' })
      case 'agreements':
        return wx.navigateTo({ url: `/pages/agreements/agreements?connector_no=${connector.connector_no}` })
      case 'phone':
        // a frozen account is the platform's matter, not the station's
        return callService(obstacle.code === 'driver_frozen' ? obstacle.phone : connector.phone)
      default:
        return this.refresh()
    }
  },

  scanAgain() {
    wx.scanCode({
      scanType: ['qrCode'],
      success: (answer) => this.lookUp(answer.result),
      fail: () => {},
    })
  },

  openSheet() {
    this.setData({ is_typing: true })
  },

  closeSheet() {
    this.setData({ is_typing: false })
  },

  /** @param {WechatMiniprogram.CustomEvent<{text: string}>} event */
  typed(event) {
    this.setData({ is_typing: false })
    this.lookUp(event.detail.text)
  },

  /** @param {string} text */
  lookUp(text) {
    this.text = text
    this.asksWhoseCar = null
    this.setData({ phase: 'loading', unknown: '' })
    this.refresh()
  },
})
