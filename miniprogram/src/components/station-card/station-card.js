// A station in the list: what is free, what a kWh costs now and next, how far it is. A tap opens it.
// @ts-check

Component({
  options: { styleIsolation: 'apply-shared' },
  properties: {
    /** made by pages/index/view.js */
    card: { type: Object, value: { station_no: '', name: '', kinds: [] } },
    chosen: { type: Boolean, value: false },
  },
  methods: {
    open() {
      wx.navigateTo({ url: `/pages/station/station?station_no=${this.data.card.station_no}` })
    },
  },
})
