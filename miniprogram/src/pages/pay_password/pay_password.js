// The payment password: set, changed, set anew where it was forgotten, asked for or not.
// @ts-check

const api = require('../../api/pay_password')
const { dateTime } = require('../../format/time')
const { TITLES, firstStep, stepAfter, isTooPlain } = require('./steps')
const { load, say, NO_ERROR, NOT_HEARD } = require('../load')

/** @typedef {import('../../api/http').ApiError} ApiError */
/** @typedef {import('../../api/pay_password').PayPasswordView} PayPasswordView */
/** @typedef {import('./steps').Way} Way */
/** @typedef {import('./steps').Step} Step */

const PLAIN = '太简单了：不要用 6 个相同的数字，或连续的数字（如 123456）'
const NOT_HEARD_OF = '没有收到答复，请看看下面的状态，再决定要不要重来'
/** @type {Record<Way, string>} */
const DONE = {
  set: '支付密码已设置',
  change: '支付密码已修改',
  reset: '支付密码已重新设置',
  switch: '已更新',
}

/** @param {PayPasswordView} view */
function passwordView(view) {
  return {
    is_set: view.is_set,
    is_on: view.is_on,
    is_phone_proof: view.is_phone_proof === true,
    closed: view.closed_until ? `输错次数太多，${dateTime(view.closed_until)} 以后才能再试；也可以现在重新设置。` : '',
    locked: view.refunds_locked_until
      ? `密码刚重新设置过，为了保护您的钱，${dateTime(view.refunds_locked_until)} 以后才能退款；充电不受影响。`
      : '',
  }
}

Page({
  data: {
    phase: 'loading',
    error: NO_ERROR,
    fresh: NOT_HEARD,
    /** @type {ReturnType<typeof passwordView> | null} */
    password: null,
    /** @type {Way | ''} what is being done; '' where nothing is */
    way: '',
    title: '',
    fault: '',
    /** changes with each step, so that the digits are typed anew */
    turn: 0,
    is_busy: false,
  },

  isGone: false,
  /** @type {Step} */
  step: 'new',
  old: '',
  first: '',
  phoneCode: '',

  onShow() {
    this.refresh()
  },

  onHide() {
    this.stop()
  },

  onUnload() {
    this.isGone = true
    this.forget()
  },

  refresh() {
    return load(this, async () => ({ password: passwordView(await api.getPayPassword()) }))
  },

  forget() {
    this.old = ''
    this.first = ''
    this.phoneCode = ''
  },

  stop() {
    this.forget()
    this.setData({ way: '', fault: '', turn: this.data.turn + 1 })
  },

  /** @param {WechatMiniprogram.TouchEvent} event */
  begin(event) {
    const way = /** @type {Way} */ (event.currentTarget.dataset.way)
    if (way !== 'reset') return this.beginNow(way)
    return wx.showModal({
      title: '重新设置支付密码？',
      content: '会用微信重新核对您的身份。为防止别人拿您的手机转走钱，设置后 24 小时内不能退款；充电不受影响。',
      confirmText: '继续',
      success: (answer) => {
        if (answer.confirm) this.beginNow(way)
      },
    })
  },

  /**
   * The bound number proves whose wallet it is: no wait.
   * @param {WechatMiniprogram.CustomEvent<{code?: string, errMsg?: string}>} event
   */
  beginByPhone(event) {
    const { code } = event.detail
    if (!code) return say('没有拿到手机号，可以用下面的方式重新设置')
    this.beginNow('reset')
    this.phoneCode = code
    return undefined
  },

  /** @param {Way} way */
  beginNow(way) {
    this.forget()
    this.setData({ way })
    this.ask(firstStep(way), '')
  },

  /** @param {Step} step @param {string} fault */
  ask(step, fault) {
    this.step = step
    this.setData({ title: TITLES[step], fault, turn: this.data.turn + 1 })
  },

  /** @param {WechatMiniprogram.CustomEvent<{password: string}>} event */
  filled(event) {
    const { way, is_busy } = this.data
    const { password } = event.detail
    if (!way || is_busy) return undefined
    if (this.step === 'new' && isTooPlain(password)) return this.ask('new', PLAIN)
    if (this.step === 'again' && password !== this.first) return this.ask('new', '两次输入的不一样，请重新设置')
    if (this.step === 'old') this.old = password
    if (this.step === 'new') this.first = password
    const next = stepAfter(way, this.step)
    return next ? this.ask(next, '') : this.send(way)
  },

  /** @param {Way} way @returns {Promise<PayPasswordView>} */
  call(way) {
    const isOn = this.data.password !== null && this.data.password.is_on
    if (way === 'set') return api.setPayPassword(this.first)
    if (way === 'change') return api.changePayPassword(this.old, this.first)
    if (way === 'reset') return api.resetPayPassword(this.first, this.phoneCode)
    return api.switchPayPassword(!isOn, this.old)
  },

  /** @param {Way} way */
  async send(way) {
    this.setData({ is_busy: true, fault: '' })
    try {
      const view = await this.call(way)
      if (this.isGone) return
      this.setData({ password: passwordView(view) })
      this.stop()
      say(DONE[way])
    } catch (thrown) {
      if (!this.isGone) this.refused(way, /** @type {ApiError} */ (thrown))
    } finally {
      if (!this.isGone) this.setData({ is_busy: false })
    }
  },

  /** @param {Way} way @param {ApiError} error */
  refused(way, error) {
    if (error.code === 'wrong_pay_password') return this.ask('old', error.message)
    if (error.code === 'pay_password_too_plain') return this.ask('new', PLAIN)
    this.stop()
    say(error.isAnswered ? error.message : NOT_HEARD_OF)
    return this.refresh()
  },
})
