// What every page does that shows something changing: follow it while the page is seen, tell how old it is, and fall
// back on what was kept when nothing can be heard.
// @ts-check

const { follow } = require('../api/follow')
const { isFilled, shown, NO_ERROR } = require('./load')

/** @typedef {import('../api/follow').Fresh} Fresh */
/** @typedef {{data: {phase: string, fresh: Fresh}, setData: (data: any) => void}} LivePage */

/**
 * @template T
 * @typedef {object} Showing
 * @property {string} topic
 * @property {() => Promise<T>} read
 * @property {number} [everyMs]
 * @property {(data: T) => void} show puts it into the page's data, with its `phase`
 * @property {() => {value: T, at_ms: number} | null} [findKept] what to show while nothing can be heard
 */

/**
 * Show it until the returned function is called. The page's data needs `phase`, `error` and `fresh`.
 * @template T
 * @param {LivePage} page
 * @param {Showing<T>} showing
 * @returns {() => void}
 */
function keepShowing(page, { topic, read, everyMs, show, findKept }) {
  if (page.data.phase === 'error') page.setData({ phase: 'loading', error: NO_ERROR })
  const fallBack = () => {
    const kept = findKept ? findKept() : null
    if (!kept || isFilled(page.data)) return
    page.setData({ fresh: { kind: 'lost', heard_at_ms: kept.at_ms } })
    show(kept.value)
  }
  return follow({
    ...{ topic, read, everyMs },
    onData: show,
    onError(error) {
      if (error.code === 'unreachable' || error.code === 'unavailable') fallBack()
      if (!isFilled(page.data)) page.setData({ phase: 'error', error: shown(error) })
    },
    onFresh(fresh) {
      if (fresh.kind === 'lost' && fresh.heard_at_ms === 0) fallBack()
      page.setData({ fresh: { kind: fresh.kind, heard_at_ms: fresh.heard_at_ms || page.data.fresh.heard_at_ms } })
    },
  })
}

module.exports = { keepShowing }
