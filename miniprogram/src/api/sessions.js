// Sessions: start, watch, stop.
// @ts-check

const { request } = require('./request')
const { once } = require('./intent')

/** @typedef {import('./schema').components['schemas']['SessionView']} SessionView */
/** @typedef {import('./schema').components['schemas']['StartedSession']} StartedSession */

const PATH = '/api/v1/driver/sessions'

/** @param {string} sessionNo */
const pathOf = (sessionNo) => `${PATH}/${encodeURIComponent(sessionNo)}`

/**
 * Hold the money and send the start; asked again without an answer it is the same start.
 * @param {string} connectorNo
 * @param {number | null} limitFen
 * @param {true | null} isOwnCar what the driver said of a car that was plugged in before the scan; null: not asked
 * @param {string} [payPassword] where the server asked for it; no part of what is kept to ask again
 * @returns {Promise<StartedSession>}
 */
function startSession(connectorNo, limitFen, isOwnCar, payPassword) {
  const body = {
    connector_no: connectorNo,
    limit_fen: limitFen,
    ...(isOwnCar ? { is_own_car: true } : {}),
    ...(payPassword ? { pay_password: payPassword } : {}),
  }
  return once(`start:${connectorNo}:${limitFen}:${isOwnCar}`, (idempotencyKey) =>
    request({ method: 'POST', path: PATH, body, idempotencyKey }),
  )
}

/** @returns {Promise<SessionView | null>} the session that is open now */
async function findLiveSession() {
  return (await request({ method: 'GET', path: `${PATH}/live` })).session
}

/**
 * @param {string} sessionNo
 * @returns {Promise<SessionView>}
 */
function getSession(sessionNo) {
  return request({ method: 'GET', path: pathOf(sessionNo) })
}

/**
 * Stop charging, or cancel a start; asking again is harmless.
 * @param {string} sessionNo
 * @returns {Promise<SessionView>}
 */
function stopSession(sessionNo) {
  return request({ method: 'POST', path: `${pathOf(sessionNo)}/stop` }, true)
}

module.exports = { startSession, findLiveSession, getSession, stopSession }
