import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { onExpired, setToken } from '@/api/client'
import { Feed } from '@/api/feed'
import { mergeDelta } from '@/api/feed_frames'

/** The browser's socket, with the server's side in the hands of the test. */
class FakeSocket {
  static readonly OPEN = 1
  static all: FakeSocket[] = []
  readyState = 0
  sent: Record<string, string>[] = []
  onopen: () => void = () => undefined
  onmessage: (event: { data: unknown }) => void = () => undefined
  onclose: (event: { code: number }) => void = () => undefined

  constructor(readonly url: string) {
    FakeSocket.all.push(this)
  }

  static latest(): FakeSocket {
    const socket = FakeSocket.all.at(-1)
    if (!socket) throw new Error('nobody connected')
    return socket
  }

  open(): this {
    this.readyState = FakeSocket.OPEN
    this.onopen()
    return this
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, string>)
  }

  tell(frame: unknown): void {
    this.onmessage({ data: JSON.stringify(frame) })
  }

  close(): void {
    this.end(1000)
  }

  end(code: number): void {
    this.readyState = 3
    this.onclose({ code })
  }
}

const snapshot = { topic: 'session:S1', seq: 1, kind: 'snapshot', data: { energy_wh: 1, state: 'charging' } }

describe('the live feed', () => {
  let live: boolean[]
  let heard: unknown[]
  let feed: Feed

  beforeEach(() => {
    vi.useFakeTimers()
    vi.stubGlobal('WebSocket', FakeSocket)
    FakeSocket.all = []
    live = []
    heard = []
    setToken('secret')
    feed = new Feed('ws://desk/ws', (isLive) => live.push(isLive))
  })

  afterEach(() => {
    feed.close()
    setToken(null)
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  function listen(): () => void {
    return feed.subscribe('session:S1', {
      onData: (data) => heard.push(data),
      onRefused: (code) => heard.push(code),
    })
  }

  test('gives the token first, then asks for what is listened to', () => {
    listen()
    const { sent } = FakeSocket.latest().open()
    expect(sent).toEqual([
      { op: 'auth', token: 'secret' },
      { op: 'sub', topic: 'session:S1' },
    ])
  })

  test('tells a snapshot and then what it has become', () => {
    listen()
    const socket = FakeSocket.latest().open()
    socket.tell(snapshot)
    socket.tell({ topic: 'session:S1', seq: 2, kind: 'delta', data: { energy_wh: 5 } })
    expect(heard).toEqual([
      { energy_wh: 1, state: 'charging' },
      { energy_wh: 5, state: 'charging' },
    ])
    expect(live.at(-1)).toBe(true)
  })

  test('asks for a new snapshot after a gap and shows nothing half known', () => {
    listen()
    const socket = FakeSocket.latest().open()
    socket.tell(snapshot)
    socket.tell({ topic: 'session:S1', seq: 4, kind: 'delta', data: { energy_wh: 9 } })
    socket.tell({ topic: 'session:S1', seq: 5, kind: 'delta', data: { energy_wh: 10 } })
    expect(heard).toHaveLength(1)
    expect(socket.sent.filter(({ op }) => op === 'sub')).toHaveLength(2)
  })

  test('connects again with growing pauses and asks for everything again', () => {
    listen()
    FakeSocket.latest().open().end(1006)
    expect(live.at(-1)).toBe(false)
    vi.advanceTimersByTime(1_500)
    expect(FakeSocket.all).toHaveLength(2)
    FakeSocket.latest().end(1006)
    vi.advanceTimersByTime(1_400)
    expect(FakeSocket.all).toHaveLength(2)
    vi.advanceTimersByTime(1_200)
    expect(FakeSocket.all).toHaveLength(3)
    expect(FakeSocket.latest().open().sent).toContainEqual({ op: 'sub', topic: 'session:S1' })
  })

  test('asks a silent connection, believes it while it answers, and gives it up when it does not', () => {
    listen()
    const socket = FakeSocket.latest().open()
    socket.tell(snapshot)
    const asked = (): number => socket.sent.filter(({ op }) => op === 'sub').length
    for (const seconds of [6, 6, 6, 6]) {
      vi.advanceTimersByTime(seconds * 1_000)
      socket.tell(snapshot)
    }
    expect(asked()).toBeGreaterThan(2)
    expect([FakeSocket.all.length, live.at(-1)]).toEqual([1, true])
    vi.advanceTimersByTime(16_000)
    expect([socket.readyState, live.at(-1)]).toEqual([3, false])
    vi.advanceTimersByTime(2_000)
    expect(FakeSocket.all).toHaveLength(2)
  })

  test('stays away with a worthless token, says so, and comes back after a log-in', () => {
    const expired = vi.fn()
    onExpired(expired)
    listen()
    FakeSocket.latest().open().end(4401)
    vi.advanceTimersByTime(120_000)
    expect(FakeSocket.all).toHaveLength(1)
    expect(expired).toHaveBeenCalledOnce()
    feed.retry()
    expect(FakeSocket.all).toHaveLength(2)
  })

  test('hangs up when nobody listens any more', () => {
    const leave = listen()
    const socket = FakeSocket.latest().open()
    leave()
    expect(socket.sent.at(-1)).toEqual({ op: 'unsub', topic: 'session:S1' })
    expect(socket.readyState).toBe(3)
    vi.advanceTimersByTime(120_000)
    expect(FakeSocket.all).toHaveLength(1)
  })

  test('hands a refusal to who asked, and passes over what it does not understand', () => {
    listen()
    const socket = FakeSocket.latest().open()
    socket.onmessage({ data: 'not json' })
    socket.tell({ op: 'error', code: 'session_not_found', message: '没有找到', topic: 'session:S1' })
    expect(heard).toEqual(['session_not_found'])
  })
})

test('a delta of piles replaces, adds and removes by number and leaves the order alone', () => {
  const known = { piles: [{ pile_no: 'a' }, { pile_no: 'b' }, { pile_no: 'c' }], is_truncated: false }
  const delta = { piles: [{ pile_no: 'b', name: 'new' }, { pile_no: 'd' }], gone: ['a'] }
  expect(mergeDelta('piles', known, delta)).toEqual({
    piles: [{ pile_no: 'b', name: 'new' }, { pile_no: 'c' }, { pile_no: 'd' }],
    is_truncated: false,
  })
})
