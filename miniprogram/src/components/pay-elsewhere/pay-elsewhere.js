// A payment that WeChat will not open: a link for a browser and a code for another device's scanner. The page around it
// follows the payment; nothing here knows whether it was paid.
// @ts-check

Component({
  options: { styleIsolation: 'apply-shared' },
  properties: {
    /** what is paid, and by when, as a driver reads it */
    sum: { type: String, value: '' },
    until: { type: String, value: '' },
    link: { type: String, value: '' },
    /** the code as a picture */
    image: { type: String, value: '' },
  },
  methods: {
    copy() {
      wx.setClipboardData({ data: this.data.link })
    },
    other() {
      this.triggerEvent('other')
    },
  },
})
