// A sheet to type the number printed on a connector, for stickers that cannot be scanned, or to correct one that was
// typed wrong. Most numbers are digits only, so the keyboard is the one for digits until letters are asked for.
// @ts-check

Component({
  options: { styleIsolation: 'apply-shared' },
  properties: {
    visible: { type: Boolean, value: false },
    /** what stands in the field when the sheet opens */
    start: { type: String, value: '' },
  },
  data: { text: '', has_letters: false },
  observers: {
    /** @param {boolean} isVisible */
    visible(isVisible) {
      const { start } = this.data
      if (isVisible && start) this.setData({ text: start, has_letters: /[A-Za-z]/.test(start) })
    },
  },
  methods: {
    /** @param {WechatMiniprogram.Input} event */
    type(event) {
      this.setData({ text: event.detail.value })
    },
    toggleLetters() {
      this.setData({ has_letters: !this.data.has_letters })
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
      if (text) this.triggerEvent('done', { text })
    },
  },
})
