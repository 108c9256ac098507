import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { forgetSource, makePlatform, source } from '../source.mjs'

const POLL_MS = 5_000

beforeEach(() => {
  forgetSource()
  vi.useFakeTimers()
})

afterEach(() => vi.useRealTimers())

async function start({ read } = {}) {
  const platform = makePlatform({ storage: { login_token: 'kept' } })
  globalThis.wx = platform.wx
  const seen = []
  const kinds = []
  const errors = []
  let reads = 0
  const stop = source('api/follow.js').follow({
    topic: 'session:S1',
    read: read ?? (async () => ({ energy_wh: (reads += 1), by: 'read' })),
    onData: (data) => seen.push(data),
    onError: (error) => errors.push(error),
    onFresh: ({ kind }) => kinds.push(kind),
  })
  await vi.advanceTimersByTimeAsync(0)
  return { ...platform, seen, kinds, errors, stop, reads: () => reads }
}

const snapshot = (data) => ({ topic: 'session:S1', seq: 1, kind: 'snapshot', data })
const delta = (seq, data) => ({ topic: 'session:S1', seq, kind: 'delta', data })

test('it is read at once and the socket logs in and subscribes', async () => {
  const { seen, sockets } = await start()
  expect(seen).toEqual([{ energy_wh: 1, by: 'read' }])
  sockets[0].open()
  expect(sockets[0].url).toBe('wss://charge.example.com/ws')
  expect(sockets[0].sent).toEqual([{ op: 'auth', token: 'kept' }, { op: 'sub', topic: 'session:S1' }])
})

test('deltas change a snapshot and reading rests while the feed lives', async () => {
  const { seen, sockets, reads } = await start()
  sockets[0].open()
  sockets[0].receive(snapshot({ energy_wh: 100, state: 'charging' }))
  for (let seq = 2; seq < 12; seq += 1) {
    sockets[0].receive(delta(seq, { energy_wh: 100 + seq }))
    await vi.advanceTimersByTimeAsync(POLL_MS - 1)
  }
  expect(seen.at(-1)).toEqual({ energy_wh: 111, state: 'charging' })
  expect(reads()).toBe(1)
})

test('a socket that stays open and silent is given up after three intervals: said, and asked by HTTP', async () => {
  const { seen, sockets, kinds, reads } = await start()
  sockets[0].open()
  sockets[0].receive(snapshot({ energy_wh: 100 }))
  await vi.advanceTimersByTimeAsync(2 * POLL_MS)
  expect(sockets[0].sent.filter(({ op }) => op === 'sub')).toHaveLength(3)
  expect([kinds, reads(), sockets[0].isClosed]).toEqual([['live'], 1, false])
  await vi.advanceTimersByTimeAsync(POLL_MS)
  expect(kinds).toEqual(['live', 'lost', 'live'])
  expect([reads(), sockets[0].isClosed]).toEqual([2, true])
  expect(seen.at(-1)).toEqual({ energy_wh: 2, by: 'read' })
  await vi.advanceTimersByTimeAsync(2 * POLL_MS)
  expect(kinds.at(-1)).toBe('asked')
  expect(sockets.length).toBeGreaterThan(1)
})

test('a topic at rest is alive as long as it answers when asked', async () => {
  const { sockets, kinds, reads } = await start()
  sockets[0].open()
  for (let asked = 0; asked < 8; asked += 1) {
    sockets[0].receive(snapshot({ energy_wh: 100 }))
    await vi.advanceTimersByTimeAsync(2 * POLL_MS)
  }
  expect([kinds, reads(), sockets.length]).toEqual([['live'], 1, 1])
})

test('a socket that never opens is given up, too', async () => {
  const { sockets } = await start()
  await vi.advanceTimersByTimeAsync(5 * POLL_MS)
  expect(sockets[0].isClosed).toBe(true)
  expect(sockets.length).toBeGreaterThan(1)
})

test('neither feed nor answers for three intervals is lost, with the time it was last heard', async () => {
  let isAway = false
  const { kinds, sockets, errors } = await start({
    read: async () => {
      if (isAway) throw new Error('away')
      return {}
    },
  })
  isAway = true
  await vi.advanceTimersByTimeAsync(2 * POLL_MS)
  expect(kinds).toEqual(['live', 'asked'])
  await vi.advanceTimersByTimeAsync(2 * POLL_MS)
  expect(kinds).toEqual(['live', 'asked', 'lost'])
  expect(errors.length).toBeGreaterThan(1)
  sockets.at(-1).open()
  sockets.at(-1).receive(snapshot({}))
  expect(kinds.at(-1)).toBe('live')
})

test('a phone without a network says so at once and asks at once when it is back', async () => {
  const { kinds, reads, setOnline } = await start()
  setOnline(false)
  expect(kinds.at(-1)).toBe('lost')
  setOnline(true)
  await vi.advanceTimersByTimeAsync(0)
  expect(reads()).toBe(2)
  expect(kinds.at(-1)).not.toBe('lost')
})

test('a gap in the sequence asks for a new snapshot instead of guessing', async () => {
  const { seen, sockets } = await start()
  sockets[0].open()
  sockets[0].receive(snapshot({ energy_wh: 100 }))
  sockets[0].receive(delta(3, { energy_wh: 130 }))
  expect(seen.at(-1)).toEqual({ energy_wh: 100 })
  expect(sockets[0].sent.at(-1)).toEqual({ op: 'sub', topic: 'session:S1' })
})

test('a lost socket is replaced by reading every five seconds and then by a new socket', async () => {
  const { seen, sockets, kinds, reads } = await start()
  sockets[0].open()
  sockets[0].receive(snapshot({ energy_wh: 100 }))
  sockets[0].end(1006)
  await vi.advanceTimersByTimeAsync(2 * POLL_MS)
  expect(kinds.at(-1)).toBe('asked')
  expect(reads()).toBeGreaterThanOrEqual(2)
  expect(seen.at(-1).by).toBe('read')
  sockets.at(-1).open()
  sockets.at(-1).receive(snapshot({ energy_wh: 200 }))
  expect(sockets.length).toBeGreaterThan(1)
  expect(seen.at(-1)).toEqual({ energy_wh: 200 })
  expect(kinds).toEqual(['live', 'asked', 'live'])
})

test('pauses between tries grow, so that a server in trouble is left in peace', async () => {
  const { sockets } = await start()
  for (let tries = 0; tries < 60; tries += 1) {
    sockets.at(-1).end(1006)
    await vi.advanceTimersByTimeAsync(1_000)
  }
  expect(sockets.length).toBeLessThan(12)
})

test('a page of a foreign origin does not try again', async () => {
  const { sockets } = await start()
  sockets[0].end(4403)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(sockets).toHaveLength(1)
})

test('nothing is heard or read after the end, and the unused socket is closed', async () => {
  const { seen, sockets, stop } = await start()
  sockets[0].open()
  stop()
  await vi.advanceTimersByTimeAsync(4 * POLL_MS)
  expect(seen).toHaveLength(1)
  expect(sockets[0].isClosed).toBe(true)
})
