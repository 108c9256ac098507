// The bill: every movement of money, month by month.
// @ts-check

const { request } = require('./request')

/** @typedef {import('./schema').components['schemas']['BillPage']} BillPage */
/** @typedef {import('./schema').components['schemas']['BillMovement']} BillMovement */
/** @typedef {import('./schema').components['schemas']['MonthTotals']} MonthTotals */

/**
 * Newest first; the month's totals come with its first page.
 * @param {{month: string, kind: string, cursor: string | null}} wanted `month` '': the present one; `kind` '': all
 * @returns {Promise<BillPage>}
 */
function listBills({ month, kind, cursor }) {
  const query = { ...(month ? { month } : {}), ...(kind ? { kind } : {}), ...(cursor === null ? {} : { cursor }) }
  return request({ method: 'GET', path: '/api/v1/driver/bills', query })
}

module.exports = { listBills }
