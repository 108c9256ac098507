// What every page does with a read: loading, then its data or its error; once something is shown it stays, and a
// failed refresh is only said.
// @ts-check

/** @typedef {import('../api/http').ApiError} ApiError */
/** @typedef {{code: string, message: string, requestId: string}} ShownError */

/** @type {ShownError} */
const NO_ERROR = { code: '', message: '', requestId: '' }

/**
 * @param {ApiError} error
 * @returns {ShownError}
 */
function shown(error) {
  return { code: error.code || 'unexpected', message: error.message, requestId: error.requestId || '' }
}

/** @param {string} text */
function say(text) {
  wx.showToast({ title: text, icon: 'none', duration: 2500 })
}

/**
 * Put what `read` gives into the page's data, `phase` included, unless the page is gone by then.
 * @param {{data: {phase: string}, isGone?: boolean, setData: (data: any) => void}} page
 * @param {() => Promise<object>} read
 */
async function load(page, read) {
  const isShown = page.data.phase === 'ready' || page.data.phase === 'empty'
  if (!isShown) page.setData({ phase: 'loading', error: NO_ERROR })
  try {
    const data = await read()
    if (!page.isGone) page.setData({ phase: 'ready', error: NO_ERROR, ...data })
  } catch (thrown) {
    if (page.isGone) return
    const error = /** @type {ApiError} */ (thrown)
    if (isShown && error.code !== 'logged_out') say(error.message)
    else page.setData({ phase: 'error', error: shown(error) })
  }
}

module.exports = { load, say, shown, NO_ERROR }
