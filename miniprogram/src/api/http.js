// One HTTP exchange with the API: its answer, or an ApiError that people can be shown. Logs nobody in.
// @ts-check

const { apiBase } = require('./host')
const { learnTime } = require('./clock')

const TIMEOUT_MS = 8000
const UPLOAD_MS = 60000
const UNREACHABLE = '网络不通，请检查网络后重试；正在进行的充电不受影响。'
const GARBLED = '服务暂时不可用，请稍后再试；正在进行的充电不受影响。'

/**
 * `code` is the API's, or `unreachable` where there was no answer; `isAnswered` says that the server has decided,
 * so asking again is a new question.
 * @typedef {Error & {code: string, data: Record<string, any>, requestId: string, isAnswered: boolean}} ApiError
 */

/**
 * @typedef {object} Exchange
 * @property {'GET' | 'POST'} method
 * @property {string} path
 * @property {Record<string, string | number>} [query]
 * @property {object} [body]
 * @property {ArrayBuffer} [file] the whole body, as it is
 * @property {string} [token]
 * @property {string} [idempotencyKey]
 */

/**
 * @param {{code: string, message: string, data?: object, request_id?: string}} detail
 * @param {boolean} isAnswered
 * @returns {ApiError}
 */
function apiError(detail, isAnswered) {
  return Object.assign(new Error(detail.message), {
    code: detail.code,
    data: detail.data || {},
    requestId: detail.request_id || '',
    isAnswered,
  })
}

/**
 * @param {string} path
 * @param {Record<string, string | number>} query
 */
function urlOf(path, query) {
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  return `${apiBase}${path}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`
}

/** @param {Exchange} exchange */
function headersOf(exchange) {
  /** @type {Record<string, string>} */
  const headers = { Accept: 'application/json' }
  if (exchange.body) headers['Content-Type'] = 'application/json'
  if (exchange.file) headers['Content-Type'] = 'application/octet-stream'
  if (exchange.token) headers.Authorization = `Bearer ${exchange.token}`
  if (exchange.idempotencyKey) headers['Idempotency-Key'] = exchange.idempotencyKey
  return headers
}

/**
 * Undecided: the server may still do it, or was never asked; the same key may be sent again.
 * @param {number} status
 * @param {string} code
 */
function isUndecided(status, code) {
  return status >= 500 || code === 'idempotency_in_progress' || code === 'rate_limited'
}

/**
 * The answer's body. Throws ApiError for every status from 400 and for no answer within 8 s, of an upload a minute.
 * @param {Exchange} exchange
 * @returns {Promise<any>}
 */
function exchangeOnce(exchange) {
  return new Promise((resolve, reject) => {
    wx.request({
      url: urlOf(exchange.path, exchange.query || {}),
      method: exchange.method,
      data: exchange.file || exchange.body,
      header: headersOf(exchange),
      timeout: exchange.file ? UPLOAD_MS : TIMEOUT_MS,
      success(answer) {
        learnTime(/** @type {Record<string, string>} */ (answer.header))
        if (answer.statusCode < 400) return resolve(answer.data)
        const detail = /** @type {any} */ (answer.data)?.error || { code: 'unavailable', message: GARBLED }
        reject(apiError(detail, !isUndecided(answer.statusCode, detail.code)))
      },
      fail() {
        reject(apiError({ code: 'unreachable', message: UNREACHABLE }, false))
      },
    })
  })
}

module.exports = { exchangeOnce, apiError }
