// What a page does when the server asks for the payment password: its sheet opens, and says why digits were refused.
// @ts-check

/** @typedef {import('../api/http').ApiError} ApiError */
/** What `pay-password-sheet` shows. @typedef {{visible: boolean, fault: string, turn: number}} PaySheet */

const ASKED = 'pay_password_needed'
const REFUSED = ['wrong_pay_password', 'pay_password_closed']

/** @type {PaySheet} */
const CLOSED = { visible: false, fault: '', turn: 0 }

/**
 * The sheet after a refusal; null where it has nothing to do with the payment password.
 * @param {ApiError} error
 * @param {PaySheet} sheet as it is
 * @returns {PaySheet | null}
 */
function sheetAfter(error, sheet) {
  if (error.code !== ASKED && !REFUSED.includes(error.code)) return null
  return { visible: true, fault: error.code === ASKED ? '' : error.message, turn: sheet.turn + 1 }
}

module.exports = { sheetAfter, CLOSED }
