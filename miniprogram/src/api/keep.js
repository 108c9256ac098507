// What is kept on the phone for a start without a network, with when it was heard; told with its age, never as new.
// @ts-check

const PREFIX = 'kept:'

/** @param {string} name */
const keyOf = (name) => `${PREFIX}${name}`

/**
 * @param {string} name
 * @param {any} value
 */
function keep(name, value) {
  wx.setStorageSync(keyOf(name), { value, at_ms: Date.now() })
}

/**
 * @param {string} name
 * @returns {{value: any, at_ms: number} | null}
 */
function findKept(name) {
  return wx.getStorageSync(keyOf(name)) || null
}

/** @param {string} name */
function forgetKept(name) {
  wx.removeStorageSync(keyOf(name))
}

function forgetAllKept() {
  const { keys } = wx.getStorageInfoSync()
  keys.filter((key) => key.startsWith(PREFIX)).forEach((key) => wx.removeStorageSync(key))
}

module.exports = { keep, findKept, forgetKept, forgetAllKept }
