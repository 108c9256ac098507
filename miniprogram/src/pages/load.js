// What every page does with a read: loading, then its data or its error; once something is shown it stays, and a failed
// refresh tells how old it is. The answer asked for last wins.
// @ts-check

/** @typedef {import('../api/http').ApiError} ApiError */
/** @typedef {import('../api/follow').Fresh} Fresh */
/** @typedef {{code: string, message: string, requestId: string}} ShownError */
/** @typedef {{data: {phase: string, fresh: Fresh}, isGone?: boolean, reads?: number, setData: (data: any) => void}} LoadedPage */

/** @type {ShownError} */
const NO_ERROR = { code: '', message: '', requestId: '' }
/** Nothing is shown yet. @type {Fresh} */
const NOT_HEARD = { kind: 'live', heard_at_ms: 0 }
const UNEXPECTED = '这个页面出了点问题，请重试；一直这样请联系客服。'

/**
 * @param {ApiError} error
 * @returns {ShownError}
 */
function shown(error) {
  if (!error.code) return { code: 'unexpected', message: UNEXPECTED, requestId: '' }
  // what the server understood needs no number for customer service
  return { code: error.code, message: error.message, requestId: error.isAnswered ? '' : error.requestId || '' }
}

/** @param {string} text */
function say(text) {
  wx.showToast({ title: text, icon: 'none', duration: 2500 })
}

/** @param {{phase: string}} data */
function isFilled(data) {
  return data.phase === 'ready' || data.phase === 'empty'
}

/**
 * Put what `read` gives into the page's data, `phase` and `fresh` included, unless the page is gone by then or has
 * asked for something else.
 * @param {LoadedPage} page
 * @param {() => Promise<object>} read
 */
async function load(page, read) {
  const turn = (page.reads || 0) + 1
  page.reads = turn
  const isOver = () => page.isGone || page.reads !== turn
  if (!isFilled(page.data)) page.setData({ phase: 'loading', error: NO_ERROR })
  try {
    const data = await read()
    if (isOver()) return
    page.setData({ phase: 'ready', error: NO_ERROR, fresh: { kind: 'live', heard_at_ms: Date.now() }, ...data })
  } catch (thrown) {
    if (isOver()) return
    const error = shown(/** @type {ApiError} */ (thrown))
    const mayStay = isFilled(page.data) && error.code !== 'logged_out'
    if (mayStay) page.setData({ fresh: { kind: 'lost', heard_at_ms: page.data.fresh.heard_at_ms } })
    else page.setData({ phase: 'error', error })
  }
}

module.exports = { load, say, shown, isFilled, NO_ERROR, NOT_HEARD }
