// By which channel to pay: those that the platform takes, one chosen. With one there is nothing to choose, it is only told.
// @ts-check

const { labels } = require('../../labels/generated')

/** @typedef {import('../../api/payments').Channel} Channel */

/** What a driver has to know before choosing it. @type {Partial<Record<Channel, string>>} */
const HINTS = { alipay: '微信里打不开，要到浏览器里付或扫码付' }

Component({
  properties: {
    /** `top_up_channels` of the wallet */
    channels: { type: Array, value: [] },
    chosen: { type: String, value: 'wechat' },
  },
  data: {
    /** @type {{channel: Channel, name: string, hint: string}[]} */
    ways: [],
  },
  observers: {
    /** @param {Channel[]} channels */
    channels(channels) {
      this.setData({ ways: channels.map((channel) => ({ channel, name: labels.Channel[channel], hint: HINTS[channel] || '' })) })
    },
  },
  methods: {
    /** @param {WechatMiniprogram.TouchEvent} event */
    choose(event) {
      this.triggerEvent('choose', { channel: event.currentTarget.dataset.channel })
    },
  },
})
