// The end of a list that comes by pages: whether more follows, is on its way, or failed and can be asked for again.
// @ts-check

Component({
  options: { styleIsolation: 'apply-shared' },
  properties: {
    /** of pages/rows.js: `more`, `reading`, `failed` or `end` */
    foot: { type: String, value: 'end' },
  },
  methods: {
    more() {
      this.triggerEvent('more')
    },
  },
})
