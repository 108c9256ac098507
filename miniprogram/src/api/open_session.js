// The session that was open when it was last heard of, kept on the phone: what the app comes back to without a network,
// and what tells the driver on return that a charge has ended meanwhile.
// @ts-check

const { keep, findKept, forgetKept } = require('./keep')

/** @typedef {import('./sessions').SessionView} SessionView */

const NAME = 'session'

/** @param {SessionView} session one that is open */
function keepSession(session) {
  keep(NAME, session)
}

/** @returns {{value: SessionView, at_ms: number} | null} */
function findKeptSession() {
  return findKept(NAME)
}

/**
 * Its end has been told.
 * @param {string} sessionNo
 */
function forgetSession(sessionNo) {
  const kept = findKeptSession()
  if (kept && kept.value.session_no === sessionNo) forgetKept(NAME)
}

module.exports = { keepSession, findKeptSession, forgetSession }
