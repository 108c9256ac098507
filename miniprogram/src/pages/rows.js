// What every list does that comes by pages, newest first: the first page again on each visit without losing the place,
// the next one at the end of the list, and what its foot says.
// @ts-check

const { load } = require('./load')

/** @typedef {import('../api/http').ApiError} ApiError */
/** `more`: scroll for it. @typedef {'more' | 'reading' | 'failed' | 'end'} Foot */

/**
 * @template Row
 * @typedef {object} Listing
 * @property {(cursor: string | null) => Promise<{rows: Row[], next_cursor: string | null}>} read
 * @property {(row: Row) => string} keyOf
 * @property {(rows: Row[]) => object} show the page's data for all rows so far
 */

/**
 * A list of one page; its data needs `phase`, `error`, `fresh` and `foot`.
 * @template Row
 */
class Rows {
  /**
   * @param {import('./load').LoadedPage} page
   * @param {Listing<Row>} listing
   */
  constructor(page, listing) {
    this.page = page
    this.listing = listing
    /** @type {Row[]} */
    this.rows = []
    /** @type {string | null} */
    this.cursor = null
    this.isReading = false
  }

  /**
   * Read the first page; rows below it stay where the new ones join them.
   * @param {() => Promise<object>} [readBeside] what the page shows besides its list
   */
  refresh(readBeside = async () => ({})) {
    return load(this.page, async () => {
      const [page, beside] = await Promise.all([this.listing.read(null), readBeside()])
      this.join(page)
      return { ...beside, ...this.view() }
    })
  }

  /** The next page, unless there is none or it is on its way. */
  async more() {
    if (this.cursor === null || this.isReading) return
    this.isReading = true
    this.page.setData({ foot: 'reading' })
    try {
      const asked = this.cursor
      const page = await this.listing.read(asked)
      if (this.cursor === asked) {
        this.rows = [...this.rows, ...page.rows]
        this.cursor = page.next_cursor
      }
      this.page.setData(this.view())
    } catch (thrown) {
      this.page.setData({ foot: 'failed' })
      if (/** @type {ApiError} */ (thrown).code === 'invalid_cursor') this.startOver()
    } finally {
      this.isReading = false
    }
  }

  /** The place in the list is no longer known to the server. */
  startOver() {
    this.rows = []
    this.refresh()
  }

  /** @param {{rows: Row[], next_cursor: string | null}} page */
  join(page) {
    const fresh = new Set(page.rows.map(this.listing.keyOf))
    const below = this.rows.filter((row) => !fresh.has(this.listing.keyOf(row)))
    const meets = below.length < this.rows.length
    this.rows = meets ? [...page.rows, ...below] : page.rows
    if (!meets || below.length === 0) this.cursor = page.next_cursor
  }

  view() {
    return { ...this.listing.show(this.rows), foot: this.cursor === null ? 'end' : 'more' }
  }
}

module.exports = { Rows }
