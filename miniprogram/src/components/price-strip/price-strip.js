// The day's prices as a strip of 24 h: the present moment marked, a tap shows a period's electricity and service fee.
// @ts-check

Component({
  options: { styleIsolation: 'apply-shared' },
  properties: {
    /** made by views/price.js */
    strip: { type: Object, value: { tariff_no: '', kinds: '', now_percent: 0, bars: [] } },
  },
  data: {
    /** start_slot of the chosen period; -1: the present one */
    chosen: -1,
    is_open: false,
  },
  methods: {
    /** @param {WechatMiniprogram.TouchEvent} event */
    choose(event) {
      this.setData({ chosen: event.currentTarget.dataset.slot })
    },
    toggle() {
      this.setData({ is_open: !this.data.is_open })
    },
  },
})
