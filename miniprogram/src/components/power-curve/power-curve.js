// The power of a charge over its time as bars; no canvas, so that it is there at once and scales with the page.
// @ts-check

Component({
  options: { styleIsolation: 'apply-shared' },
  properties: {
    /** made by pages/order/curve.js */
    curve: { type: Object, value: { bars: [], most: '', from: '', to: '', text: '' } },
  },
})
