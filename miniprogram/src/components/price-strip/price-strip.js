// The day's prices as a strip of 24 h, tomorrow's beside: the present moment marked, a tap shows a period's two fees.
// @ts-check

Component({
  options: { styleIsolation: 'apply-shared' },
  properties: {
    /** made by views/price.js */
    strip: { type: Object, value: { tariff_no: '', kinds: '', now_percent: 0, bars: [], today: '', tomorrow_bars: [], tomorrow: '', note: '', idle: '' } },
  },
  data: {
    /** start_slot of the chosen period; -1: the present one */
    chosen: -1,
    is_open: false,
    is_tomorrow: false,
  },
  methods: {
    /** @param {WechatMiniprogram.TouchEvent} event */
    choose(event) {
      this.setData({ chosen: event.currentTarget.dataset.slot })
    },
    /** @param {WechatMiniprogram.TouchEvent} event */
    chooseDay(event) {
      this.setData({ is_tomorrow: event.currentTarget.dataset.day === 'tomorrow', chosen: -1 })
    },
    toggle() {
      this.setData({ is_open: !this.data.is_open })
    },
  },
})
