// The server's time, learned from the Date header of its answers: a phone's own clock may be minutes off.
// @ts-check

let offsetMs = 0

/**
 * Learn from an answer's headers; a missing or odd Date changes nothing.
 * @param {Record<string, string>} headers
 */
function learnTime(headers) {
  const told = Date.parse(headers.Date || headers.date || '')
  if (!Number.isNaN(told)) offsetMs = told - Date.now()
}

/** Milliseconds since 1970 by the server's clock, to about a second. */
function serverNow() {
  return Date.now() + offsetMs
}

module.exports = { learnTime, serverNow }
