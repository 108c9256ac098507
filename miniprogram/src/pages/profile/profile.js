// What drivers say of themselves: the name and picture they are shown by, and the phone number that WeChat proves of them.
// @ts-check

const { bindPhone, getMe, rename, unbindPhone, uploadAvatar } = require('../../api/me')
const { photoUrl } = require('../../views/photo')
const { load, say, NO_ERROR, NOT_HEARD } = require('../load')

/** @typedef {import('../../api/http').ApiError} ApiError */
/** @typedef {import('../../api/me').DriverView} DriverView */

/** @param {DriverView} driver */
function profileView(driver) {
  return { driver_no: driver.driver_no, nickname: driver.nickname, phone: driver.phone || '', avatar: photoUrl(driver.avatar_url) }
}

Page({
  data: {
    phase: 'loading',
    error: NO_ERROR,
    fresh: NOT_HEARD,
    /** @type {ReturnType<typeof profileView> | null} */
    profile: null,
    nickname: '',
    is_busy: false,
  },

  isGone: false,

  onLoad() {
    this.refresh()
  },

  onUnload() {
    this.isGone = true
  },

  refresh() {
    return load(this, async () => this.shown(await getMe()))
  },

  /** @param {DriverView} driver */
  shown(driver) {
    return { profile: profileView(driver), nickname: driver.nickname }
  },

  /** @param {WechatMiniprogram.CustomEvent<{avatarUrl: string}>} event */
  pick(event) {
    return this.change(() => uploadAvatar(event.detail.avatarUrl), '头像已更换')
  },

  /** @param {WechatMiniprogram.Input} event */
  type(event) {
    this.setData({ nickname: event.detail.value })
  },

  save() {
    return this.change(() => rename(this.data.nickname.trim()), '昵称已保存')
  },

  /** @param {WechatMiniprogram.CustomEvent<{code?: string}>} event */
  bind(event) {
    const { code } = event.detail
    if (!code) return say('没有拿到手机号，没有绑定')
    return this.change(() => bindPhone(code), '手机号已绑定')
  },

  askUnbind() {
    return wx.showModal({
      title: '解除绑定手机号？',
      content: '解除后，忘记支付密码时要等 24 小时才能退款。',
      confirmText: '解除绑定',
      confirmColor: '#b3261e',
      success: (answer) => {
        if (answer.confirm) this.change(unbindPhone, '已解除绑定')
      },
    })
  },

  /** @param {() => Promise<DriverView>} work @param {string} word */
  async change(work, word) {
    if (this.data.is_busy) return
    this.setData({ is_busy: true })
    try {
      const driver = await work()
      if (!this.isGone) this.setData(this.shown(driver))
      say(word)
    } catch (thrown) {
      if (!this.isGone) say(/** @type {ApiError} */ (thrown).message)
    }
    if (!this.isGone) this.setData({ is_busy: false })
  },
})
