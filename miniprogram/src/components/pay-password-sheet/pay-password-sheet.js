// A sheet that asks for the payment password, for whatever the server wants it: it says what for, takes six digits, and
// tells why they were refused. Whether there is a password is the server's to say (pages/pay_ask.js).
// @ts-check

Component({
  options: { styleIsolation: 'apply-shared' },
  properties: {
    visible: { type: Boolean, value: false },
    /** what it is for: 启动充电 */
    purpose: { type: String, value: '' },
    fault: { type: String, value: '' },
    /** changes with each refusal, so that the digits are typed anew */
    turn: { type: Number, value: 0 },
    is_busy: { type: Boolean, value: false },
  },
  methods: {
    /** @param {WechatMiniprogram.CustomEvent<{visible: boolean}>} event */
    change(event) {
      if (!event.detail.visible) this.triggerEvent('close')
    },
    close() {
      this.triggerEvent('close')
    },
    /** @param {WechatMiniprogram.CustomEvent<{password: string}>} event */
    filled(event) {
      if (!this.data.is_busy) this.triggerEvent('done', event.detail)
    },
    forgot() {
      this.triggerEvent('close')
      wx.navigateTo({ url: '/pages/pay_password/pay_password' })
    },
  },
})
