// The one list of the mini-program that comes by pages.
import { beforeEach, expect, test } from 'vitest'
import { forgetSource, makePlatform, source } from '../source.mjs'

beforeEach(forgetSource)

const row = (no) => ({ no })
const failure = (code) => Object.assign(new Error(code), { code })

/** A page and its list; `answers` are told one by one, an Error is thrown. */
function start(answers) {
  globalThis.wx = makePlatform({ answer: () => null }).wx
  const asked = []
  const page = {
    data: { phase: 'loading', fresh: { kind: 'live', heard_at_ms: 0 } },
    setData(change) {
      Object.assign(page.data, change)
    },
  }
  const rows = new (source('pages/rows.js').Rows)(page, {
    async read(cursor) {
      asked.push(cursor)
      const answer = answers.shift()
      if (answer instanceof Error) throw answer
      return answer
    },
    keyOf: ({ no }) => no,
    show: (all) => ({ shown: all.map(({ no }) => no) }),
  })
  return { page, rows, asked }
}

const FIRST = { rows: [row(5), row(4)], next_cursor: 'c4' }
const SECOND = { rows: [row(3), row(2)], next_cursor: null }

test('the next page follows the first until there is none', async () => {
  const { page, rows, asked } = start([FIRST, SECOND])
  await rows.refresh()
  expect(page.data).toMatchObject({ phase: 'ready', shown: [5, 4], foot: 'more' })
  await rows.more()
  expect(page.data).toMatchObject({ shown: [5, 4, 3, 2], foot: 'end' })
  await rows.more()
  expect(asked).toEqual([null, 'c4'])
})

test('a visit later new rows join the top and the place is kept', async () => {
  const { page, rows } = start([FIRST, SECOND, { rows: [row(6), row(5)], next_cursor: 'c5' }])
  await rows.refresh()
  await rows.more()
  await rows.refresh()
  expect(page.data).toMatchObject({ shown: [6, 5, 4, 3, 2], foot: 'end' })
})

test('after so long that the pages no longer meet the list begins anew', async () => {
  const { page, rows } = start([FIRST, { rows: [row(9), row(8)], next_cursor: 'c8' }])
  await rows.refresh()
  await rows.refresh()
  expect(page.data).toMatchObject({ shown: [9, 8], foot: 'more' })
})

test('a next page that fails says so at the end of the list and can be asked for again', async () => {
  const { page, rows } = start([FIRST, failure('unreachable'), SECOND])
  await rows.refresh()
  await rows.more()
  expect(page.data).toMatchObject({ phase: 'ready', shown: [5, 4], foot: 'failed' })
  await rows.more()
  expect(page.data).toMatchObject({ shown: [5, 4, 3, 2], foot: 'end' })
})

test('a refresh that fails keeps the rows and tells that they are old', async () => {
  const { page, rows } = start([FIRST, failure('unreachable')])
  await rows.refresh()
  const { heard_at_ms } = page.data.fresh
  await rows.refresh()
  expect(page.data).toMatchObject({ phase: 'ready', shown: [5, 4], fresh: { kind: 'lost', heard_at_ms } })
})

test('of two answers the one asked for last is shown', async () => {
  const { page, rows } = start([])
  const waiting = []
  rows.listing.read = () => new Promise((resolve) => waiting.push(resolve))
  const both = [rows.refresh(), rows.refresh()]
  waiting[1]({ rows: [row(2)], next_cursor: null })
  await both[1]
  waiting[0]({ rows: [row(1)], next_cursor: null })
  await both[0]
  expect(page.data.shown).toEqual([2])
})
