// A sheet to type the number printed on a connector, for stickers that cannot be scanned.
// @ts-check

Component({
  options: { styleIsolation: 'apply-shared' },
  properties: {
    visible: { type: Boolean, value: false },
  },
  data: { text: '' },
  methods: {
    /** @param {WechatMiniprogram.Input} event */
    type(event) {
      this.setData({ text: event.detail.value })
    },
    /** @param {WechatMiniprogram.CustomEvent<{visible: boolean}>} event */
    change(event) {
      if (!event.detail.visible) this.triggerEvent('close')
    },
    close() {
      this.triggerEvent('close')
    },
    confirm() {
      const text = this.data.text.trim()
      if (!text) return
      this.setData({ text: '' })
      this.triggerEvent('done', { text })
    },
  },
})
