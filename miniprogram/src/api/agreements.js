// The texts a driver accepts: which are published, which of them are accepted, and accepting them.
// @ts-check

const { request } = require('./request')

/** @typedef {import('./schema').components['schemas']['DriverAgreement']} DriverAgreement */
/** @typedef {import('./schema').components['schemas']['DriverAgreements']} DriverAgreements */

/**
 * @param {string} connectorNo '' for the platform's texts alone
 * @returns {Promise<DriverAgreements>}
 */
function listAgreements(connectorNo) {
  /** @type {Record<string, string>} */
  const query = connectorNo === '' ? {} : { connector_no: connectorNo }
  return request({ method: 'GET', path: '/api/v1/driver/agreements', query })
}

/** @param {string[]} agreementNos */
function acceptAgreements(agreementNos) {
  // accepting twice is accepting once
  return request({ method: 'POST', path: '/api/v1/driver/agreements/accept', body: { agreement_nos: agreementNos } }, true)
}

module.exports = { listAgreements, acceptAgreements }
