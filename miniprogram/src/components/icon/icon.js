// An icon in the colour of the text around it; the shapes are drawn by drawings/draw.mjs.
// @ts-check

Component({
  options: { virtualHost: true },
  properties: {
    name: { type: String, value: '' },
    /** rpx */
    size: { type: Number, value: 36 },
  },
})
