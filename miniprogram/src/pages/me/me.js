// The driver: who it is, what the wallet holds, and the ways to orders, wallet and customer service.
// @ts-check

const { askHelp, knownHelp } = require('../../api/help')
const { getMe, logOut } = require('../../api/me')
const { plainYuan, yuan } = require('../../format/money')
const { photoUrl } = require('../../views/photo')
const { callService } = require('../call_service')
const { load, say, NO_ERROR, NOT_HEARD } = require('../load')

/** @typedef {import('../../api/me').DriverView} DriverView */

/** @param {DriverView} driver */
function driverView(driver) {
  return {
    driver_no: driver.driver_no,
    nickname: driver.nickname || '欣象车主',
    phone: driver.phone || '',
    avatar: photoUrl(driver.avatar_url),
    available: plainYuan(driver.available_fen),
    held: driver.held_fen > 0 ? yuan(driver.held_fen) : '',
    debt: driver.debt_fen > 0 ? yuan(driver.debt_fen) : '',
  }
}

Page({
  data: {
    phase: 'loading',
    error: NO_ERROR,
    fresh: NOT_HEARD,
    /** @type {ReturnType<typeof driverView> | null} */
    driver: null,
    help: knownHelp(),
  },

  onShow() {
    this.refresh()
    this.askWhomToCall()
  },

  /** Without an answer, what was heard last stays. */
  async askWhomToCall() {
    this.setData({ help: await askHelp().catch(knownHelp) })
  },

  refresh() {
    return load(this, async () => ({ driver: driverView(await getMe()) }))
  },

  copyNo() {
    if (this.data.driver) wx.setClipboardData({ data: this.data.driver.driver_no })
  },

  openProfile() {
    wx.navigateTo({ url: '/pages/profile/profile' })
  },

  openWallet() {
    wx.navigateTo({ url: '/pages/wallet/wallet' })
  },

  openOrders() {
    wx.switchTab({ url: '/pages/orders/orders' })
  },

  openPayPassword() {
    wx.navigateTo({ url: '/pages/pay_password/pay_password' })
  },

  openAgreements() {
    wx.navigateTo({ url: '/pages/agreements/agreements' })
  },

  call() {
    callService()
  },

  askLogOut() {
    wx.showModal({
      title: '退出登录？',
      content: '正在进行的充电不受影响，再次登录后可以继续查看。',
      confirmText: '退出登录',
      confirmColor: '#b3261e',
      success: (answer) => {
        if (answer.confirm) this.leave()
      },
    })
  },

  async leave() {
    try {
      await logOut()
    } catch (thrown) {
      return say(/** @type {import('../../api/http').ApiError} */ (thrown).message)
    }
    this.setData({ phase: 'loading', driver: null })
    this.refresh()
  },
})
