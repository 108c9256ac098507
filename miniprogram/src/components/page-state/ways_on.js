// Where a page that cannot be shown leads: the one thing most likely to help first, then a way out of the page.
// @ts-check

/** @typedef {'retry' | 'login' | 'stations' | 'orders' | 'service' | 'home'} Go */
/** @typedef {{go: Go, text: string}} Way */

/** @type {Record<Go, string>} */
const TEXTS = {
  retry: '重试',
  login: '微信登录',
  stations: '看看附近的充电站',
  orders: '查看充电订单',
  service: '联系客服',
  home: '回首页',
}

/** What a retry cannot mend. @type {Record<string, Go[]>} */
const WAYS = {
  logged_out: ['login'],
  station_not_found: ['stations'],
  station_hidden: ['stations'],
  session_not_found: ['orders'],
  order_not_found: ['orders'],
  not_found: ['home'],
  driver_disabled: ['service'],
  forbidden: ['service'],
  internal_error: ['retry', 'service'],
  unexpected: ['retry', 'service'],
}

/**
 * @param {string} code of an ApiError
 * @param {boolean} isOnTab a page of the tab bar needs no way home
 * @returns {Way[]}
 */
function waysOn(code, isOnTab) {
  const known = WAYS[code] || ['retry']
  const home = isOnTab || known.includes('home') || known.includes('stations')
  return [...known, ...(home ? [] : [/** @type {Go} */ ('home')])].map((go) => ({ go, text: TEXTS[go] }))
}

module.exports = { waysOn }
