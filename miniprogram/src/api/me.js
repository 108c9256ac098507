// The driver: who it is, what they say of themselves, and logging out.
// @ts-check

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

module.exports = { getMe, rename, bindPhone, unbindPhone, logOut }
