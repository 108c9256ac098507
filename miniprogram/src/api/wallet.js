// The wallet: what it holds, and every movement by pages.
// @ts-check

const { request } = require('./request')
const { once } = require('./intent')

/** @typedef {import('./schema').components['schemas']['WalletView']} WalletView */
/** @typedef {import('./schema').components['schemas']['MovementPage']} MovementPage */
/** @typedef {import('./schema').components['schemas']['WalletMovement']} WalletMovement */

/** @returns {Promise<WalletView>} */
function getWallet() {
  return request({ method: 'GET', path: '/api/v1/driver/wallet' })
}

/**
 * Newest first.
 * @param {string | null} cursor null for the first page
 * @returns {Promise<MovementPage>}
 */
function listMovements(cursor) {
  return request({ method: 'GET', path: '/api/v1/driver/wallet/postings', query: cursor === null ? {} : { cursor } })
}

/**
 * What is owed, paid from what is available as far as it goes; asked again without an answer it is the same.
 * @returns {Promise<WalletView>}
 */
function payDebt() {
  return once('pay-debt', (idempotencyKey) => request({ method: 'POST', path: '/api/v1/driver/wallet/debt', idempotencyKey }))
}

module.exports = { payDebt, getWallet, listMovements }
