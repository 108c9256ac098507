// Whom a driver may call where no station is at hand; kept on the phone, because it is wanted most without a network.
// @ts-check

const { exchangeOnce } = require('./http')
const { findKept, keep } = require('./keep')

/** @typedef {import('./schema').components['schemas']['HelpView']} HelpView */

const NAME = 'help'
/** @type {HelpView} */
const NOT_HEARD = { service_phone: '', service_hours: '' }

/** What was heard last; empty where nothing was. @returns {HelpView} */
function knownHelp() {
  const kept = findKept(NAME)
  return kept ? kept.value : NOT_HEARD
}

/** Needs no log-in. @returns {Promise<HelpView>} */
async function askHelp() {
  const help = await exchangeOnce({ method: 'GET', path: '/api/v1/driver/help' })
  keep(NAME, help)
  return help
}

module.exports = { askHelp, knownHelp }
