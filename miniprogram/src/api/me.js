// The driver: who it is, what they say of themselves, and logging out.
// @ts-check

const { apiError } = require('./http')
const { request } = require('./request')
const { leave } = require('./login')

/** @typedef {import('./schema').components['schemas']['DriverView']} DriverView */

/** @returns {Promise<DriverView>} */
function getMe() {
  return request({ method: 'GET', path: '/api/v1/driver/me' })
}

/**
 * Another name; '' for none.
 * @param {string} nickname
 * @returns {Promise<DriverView>}
 */
function rename(nickname) {
  return request({ method: 'POST', path: '/api/v1/driver/me/nickname', body: { nickname } })
}

/**
 * The picture at `path` of this phone, made small by the server.
 * @param {string} path
 * @returns {Promise<DriverView>}
 */
async function uploadAvatar(path) {
  return request({ method: 'POST', path: '/api/v1/driver/me/avatar', file: await readFile(path) })
}

/**
 * @param {string} path
 * @returns {Promise<ArrayBuffer>}
 */
function readFile(path) {
  return new Promise((resolve, reject) => {
    wx.getFileSystemManager().readFile({
      filePath: path,
      success: ({ data }) => resolve(/** @type {ArrayBuffer} */ (data)),
      fail: () => reject(apiError({ code: 'unreadable', message: '没能读取这张图片，请换一张' }, true)),
    })
  })
}

/**
 * The number behind the code of a getPhoneNumber button.
 * @param {string} code
 * @returns {Promise<DriverView>}
 */
function bindPhone(code) {
  return request({ method: 'POST', path: '/api/v1/driver/me/phone', body: { code } })
}

/** @returns {Promise<DriverView>} */
function unbindPhone() {
  return request({ method: 'POST', path: '/api/v1/driver/me/phone/unbind' })
}

/** The token is worthless from now on; without an answer nothing changes. */
async function logOut() {
  await request({ method: 'POST', path: '/api/v1/driver/logout' }, true)
  leave()
}

module.exports = { getMe, rename, uploadAvatar, bindPhone, unbindPhone, logOut }
