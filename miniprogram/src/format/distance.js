// Distances as people read them.
// @ts-check

/**
 * `850米`, `2.8公里`, `36公里`.
 * @param {number} metres
 */
function distance(metres) {
  if (metres < 1000) return `${metres}米`
  if (metres < 10000) {
    const tenths = Math.floor((metres + 50) / 100)
    return `${Math.floor(tenths / 10)}.${tenths % 10}公里`
  }
  return `${Math.floor((metres + 500) / 1000)}公里`
}

module.exports = { distance }
