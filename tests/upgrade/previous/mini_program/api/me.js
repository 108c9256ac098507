// The driver: who it is, and logging out.
// @ts-check

const { request } = require('./request')
const { leave } = require('./login')

/** @typedef {import('./schema').components['schemas']['DriverView']} DriverView */

/** @returns {Promise<DriverView>} */
function getMe() {
  return request({ method: 'GET', path: '/api/v1/driver/me' })
}

/** The token is worthless from now on; without an answer nothing changes. */
async function logOut() {
  await request({ method: 'POST', path: '/api/v1/driver/logout' }, true)
  leave()
}

module.exports = { getMe, logOut }
