// Six digits that nobody sees: the phone's own keyboard for numbers under six boxes, which tells when all are there and
// forgets them at once. A change of `turn` empties it for the next try.
// @ts-check

const DIGITS = 6

Component({
  options: { styleIsolation: 'apply-shared' },
  properties: {
    /** what is to be typed, read out with the field */
    label: { type: String, value: '支付密码' },
    turn: { type: Number, value: 0 },
    has_focus: { type: Boolean, value: true },
    is_busy: { type: Boolean, value: false },
  },
  data: { text: '', boxes: [0, 1, 2, 3, 4, 5], is_focused: false },
  observers: {
    turn() {
      this.setData({ text: '' })
    },
  },
  methods: {
    /** @param {WechatMiniprogram.Input} event */
    type(event) {
      const text = event.detail.value.replace(/\D/g, '').slice(0, DIGITS)
      if (text.length < DIGITS) return this.setData({ text })
      this.setData({ text })
      return this.triggerEvent('filled', { password: text })
    },
    focus() {
      this.setData({ is_focused: true })
    },
    blur() {
      this.setData({ is_focused: false })
    },
  },
})
