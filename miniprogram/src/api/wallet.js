// The wallet: what it holds, and paying what is owed from it.
// @ts-check

const { request } = require('./request')
const { once } = require('./intent')

/** @typedef {import('./schema').components['schemas']['WalletView']} WalletView */

/** @returns {Promise<WalletView>} */
function getWallet() {
  return request({ method: 'GET', path: '/api/v1/driver/wallet' })
}

/**
 * What is owed, paid from what is available as far as it goes; asked again without an answer it is the same.
 * @returns {Promise<WalletView>}
 */
function payDebt() {
  return once('pay-debt', (idempotencyKey) => request({ method: 'POST', path: '/api/v1/driver/wallet/debt', idempotencyKey }))
}

module.exports = { payDebt, getWallet }
