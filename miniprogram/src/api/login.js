// Who is logged in: a silent WeChat login on launch and after a 401, the token kept on the phone, and a log-out that
// lasts until the driver asks to come back.
// @ts-check

const { apiError, exchangeOnce } = require('./http')
const { forgetAllKept } = require('./keep')

/** @typedef {import('./schema').components['schemas']['LoggedInDriver']} LoggedInDriver */

const TOKEN_KEY = 'login_token'
const LEFT_KEY = 'has_logged_out'

/** @type {Promise<string> | null} */
let pending = null

/** @returns {Promise<string>} */
function wxCode() {
  return new Promise((resolve, reject) => {
    wx.login({
      success: (answer) => resolve(answer.code),
      fail: () => reject(apiError({ code: 'wx_login_failed', message: '微信登录失败，请检查网络后重试。' }, false)),
    })
  })
}

async function logInNow() {
  const code = await wxCode()
  /** @type {LoggedInDriver} */
  const driver = await exchangeOnce({ method: 'POST', path: '/api/v1/driver/login', body: { code } })
  wx.setStorageSync(TOKEN_KEY, driver.token)
  return driver.token
}

/**
 * The token, by a silent login where there is none; callers at the same time share one login.
 * @returns {Promise<string>}
 */
function getToken() {
  const kept = wx.getStorageSync(TOKEN_KEY)
  if (kept) return Promise.resolve(kept)
  if (wx.getStorageSync(LEFT_KEY)) {
    return Promise.reject(apiError({ code: 'logged_out', message: '您已退出登录，登录后即可查看和充电。' }, true))
  }
  if (!pending) {
    pending = logInNow().finally(() => {
      pending = null
    })
  }
  return pending
}

/**
 * Forget a token the server refused; another one that came meanwhile stays.
 * @param {string} refused
 */
function forgetToken(refused) {
  if (wx.getStorageSync(TOKEN_KEY) === refused) wx.removeStorageSync(TOKEN_KEY)
}

/** Forget who was here, with what was kept of them, and stay logged out. */
function leave() {
  wx.removeStorageSync(TOKEN_KEY)
  forgetAllKept()
  wx.setStorageSync(LEFT_KEY, true)
}

/** The driver asked to come back: the next request logs in. */
function comeBack() {
  wx.removeStorageSync(LEFT_KEY)
}

module.exports = { wxCode, getToken, forgetToken, leave, comeBack }
