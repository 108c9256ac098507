// The curve of a charge as bars: where each begins, how wide and how high it is, in percent.
// @ts-check

const { kw } = require('../../format/energy')
const { hourMinute, toMs } = require('../../format/time')

/** @typedef {import('../../api/orders').OrderCurve} OrderCurve */

const WHOLE = 100
const GAP = 0.3

/**
 * Each bar ends at its point's time; null where there is nothing to draw.
 * @param {OrderCurve | null} curve
 * @param {string} startedAt
 */
function curveView(curve, startedAt) {
  const points = curve ? curve.points : []
  if (points.length < 2) return null
  const begin = Math.min(toMs(startedAt), toMs(points[0].at))
  const last = points[points.length - 1].at
  const length = Math.max(1, toMs(last) - begin)
  const most = Math.max(1, ...points.map((point) => point.power_w))
  const ends = points.map((point) => ((toMs(point.at) - begin) / length) * WHOLE)
  const bars = points.map((point, index) => {
    const left = index === 0 ? 0 : ends[index - 1]
    return { end: ends[index], left, width: Math.max(GAP, ends[index] - left - GAP), height: (point.power_w / most) * WHOLE }
  })
  const from = hourMinute(points[0].at < startedAt ? points[0].at : startedAt)
  const text = `功率曲线：${from} 到 ${hourMinute(last)}，最高 ${kw(most)} kW，结束时 ${kw(points[points.length - 1].power_w)} kW`
  return { bars, most: kw(most), from, to: hourMinute(last), text }
}

module.exports = { curveView }
