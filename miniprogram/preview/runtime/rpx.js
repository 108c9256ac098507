// The unit rpx: a screen is 750 of them wide, whatever its width in pixels.
const RPX = /(-?\d*\.?\d+)rpx\b/g;
const RPX_PER_VW = 7.5;

/** Every rpx length of a style text as vw. */
export function rpxToVw(text) {
  return text.replace(RPX, (_, length) => `${Number((Number(length) / RPX_PER_VW).toFixed(5))}vw`);
}
