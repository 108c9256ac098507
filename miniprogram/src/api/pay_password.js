// The payment password. It is sent and forgotten: nothing of it is kept on the phone.
// @ts-check

const { request } = require('./request')
const { wxCode } = require('./login')

/** @typedef {import('./schema').components['schemas']['PayPasswordView']} PayPasswordView */

const PATH = '/api/v1/driver/pay-password'

/** @returns {Promise<PayPasswordView>} */
function getPayPassword() {
  return request({ method: 'GET', path: PATH })
}

/**
 * The first one.
 * @param {string} password
 * @returns {Promise<PayPasswordView>}
 */
function setPayPassword(password) {
  return request({ method: 'POST', path: PATH, body: { password } })
}

/**
 * @param {string} password the present one
 * @param {string} newPassword
 * @returns {Promise<PayPasswordView>}
 */
function changePayPassword(password, newPassword) {
  return request({ method: 'POST', path: `${PATH}/change`, body: { password, new_password: newPassword } })
}

/**
 * Without the present one, by a fresh log-in with WeChat; with the code of the bound phone number without a wait.
 * @param {string} newPassword
 * @param {string} phoneCode '' without
 * @returns {Promise<PayPasswordView>}
 */
async function resetPayPassword(newPassword, phoneCode) {
  const body = { code: await wxCode(), new_password: newPassword, ...(phoneCode ? { phone_code: phoneCode } : {}) }
  return request({ method: 'POST', path: `${PATH}/reset`, body })
}

/**
 * @param {boolean} isOn
 * @param {string} password
 * @returns {Promise<PayPasswordView>}
 */
function switchPayPassword(isOn, password) {
  return request({ method: 'POST', path: `${PATH}/switch`, body: { is_on: isOn, password } })
}

module.exports = { getPayPassword, setPayPassword, changePayPassword, resetPayPassword, switchPayPassword }
