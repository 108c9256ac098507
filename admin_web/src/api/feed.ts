/** One WebSocket to `/ws` for all pages: topics, reconnecting, and whether what is shown can be live. */

import { getToken, reportExpired } from './client'
import { CLOSE, mergeDelta, parseFrame, type DataFrame, type ErrorFrame } from './feed_frames'

const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 30_000
const AFTER_STOP_MS = 3_000
/** A socket can stay open and be dead. Topics may rest, so silence alone proves nothing: an unanswered question does. */
const LISTEN_EVERY_MS = 1_000
const ASK_AFTER_MS = 5_000
const DEAD_AFTER_MS = 15_000

export interface FeedListener {
  onData(data: unknown): void
  /** The server refused the topic, or ended it; it is not asked again. */
  onRefused(code: string, message: string): void
}

interface Topic {
  listeners: Set<FeedListener>
  seq: number
  data: unknown
}

/** `isLive` is told to `onLive` at each change: frames come in, or the connection is gone. */
export class Feed {
  private readonly topics = new Map<string, Topic>()
  private socket: WebSocket | null = null
  private timer: ReturnType<typeof setTimeout> | undefined
  private watch: ReturnType<typeof setInterval> | undefined
  private heardAt = 0
  private askedAt = 0
  private failures = 0
  private isBarred = false

  constructor(
    private readonly url: string,
    private readonly onLive: (isLive: boolean) => void,
  ) {}

  /** Hear a topic until the returned function is called. What is known already is told at once. */
  subscribe(name: string, listener: FeedListener): () => void {
    const known = this.topics.get(name)
    const topic = known ?? { listeners: new Set(), seq: 0, data: undefined }
    topic.listeners.add(listener)
    if (!known) {
      this.topics.set(name, topic)
      this.send({ op: 'sub', topic: name })
    } else if (topic.data !== undefined) {
      listener.onData(topic.data)
    }
    this.connect()
    return () => {
      topic.listeners.delete(listener)
      if (topic.listeners.size > 0 || this.topics.get(name) !== topic) return
      this.topics.delete(name)
      this.send({ op: 'unsub', topic: name })
      if (this.topics.size === 0) this.close()
    }
  }

  /** Connect now instead of after the pause: the network is back, or somebody logged in again. */
  retry(): void {
    this.isBarred = false
    this.failures = 0
    this.connect()
  }

  /** Hang up; topics are kept for `retry`. */
  close(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    const socket = this.socket
    this.socket = null
    socket?.close()
    this.lapse()
  }

  private connect(): void {
    const token = getToken()
    if (this.socket || this.isBarred || !token || this.topics.size === 0) return
    clearTimeout(this.timer)
    this.timer = undefined
    const socket = new WebSocket(this.url)
    this.socket = socket
    this.heardAt = this.askedAt = Date.now()
    this.watch = setInterval(() => {
      this.listenForLife()
    }, LISTEN_EVERY_MS)
    socket.onopen = () => {
      this.send({ op: 'auth', token })
      for (const name of this.topics.keys()) this.send({ op: 'sub', topic: name })
    }
    socket.onmessage = (event: MessageEvent<unknown>) => {
      if (this.socket === socket) this.receive(event.data)
    }
    socket.onclose = (event: CloseEvent) => {
      if (this.socket === socket) this.lose(event.code)
    }
  }

  private send(frame: Record<string, string>): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame))
  }

  private receive(text: unknown): void {
    const frame = parseFrame(text)
    if (!frame) return
    this.heardAt = Date.now()
    this.failures = 0
    this.onLive(true)
    if ('op' in frame) this.refuse(frame)
    else this.take(frame)
  }

  private take(frame: DataFrame): void {
    const topic = this.topics.get(frame.topic)
    if (!topic) return
    if (frame.kind === 'snapshot') topic.data = frame.data
    else if (topic.data === undefined) return // a snapshot was asked for and is on its way
    else if (frame.seq === topic.seq + 1) topic.data = mergeDelta(frame.topic, topic.data, frame.data)
    else {
      topic.data = undefined
      this.send({ op: 'sub', topic: frame.topic })
      return
    }
    topic.seq = frame.seq
    for (const listener of [...topic.listeners]) listener.onData(topic.data)
  }

  private refuse(frame: ErrorFrame): void {
    const topic = frame.topic === null ? undefined : this.topics.get(frame.topic)
    for (const listener of [...(topic?.listeners ?? [])]) listener.onRefused(frame.code, frame.message)
  }

  /** Ask for a snapshot of what has been silent; give up a socket that does not answer. */
  private listenForLife(): void {
    const now = Date.now()
    if (now - this.heardAt >= DEAD_AFTER_MS) {
      const socket = this.socket
      this.lose(CLOSE.lost)
      socket?.close()
      return
    }
    if (now - Math.max(this.heardAt, this.askedAt) < ASK_AFTER_MS) return
    this.askedAt = now
    const names = [...this.topics.keys()]
    const name = names.find((one) => one.includes(':')) ?? names[0] // one thing is less to send than all piles
    if (name !== undefined) this.send({ op: 'sub', topic: name })
  }

  private lose(code: number): void {
    this.socket = null
    this.lapse()
    if (code === CLOSE.unauthenticated || code === CLOSE.forbidden) {
      this.isBarred = true
      if (code === CLOSE.unauthenticated) reportExpired()
      return
    }
    this.timer = setTimeout(() => {
      this.connect()
    }, this.pauseMs(code))
  }

  private lapse(): void {
    clearInterval(this.watch)
    for (const topic of this.topics.values()) topic.data = undefined
    this.onLive(false)
  }

  private pauseMs(code: number): number {
    if (code === CLOSE.goingAway) return Math.random() * AFTER_STOP_MS
    if (code === CLOSE.tooMuch) return LONGEST_PAUSE_MS
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** this.failures, LONGEST_PAUSE_MS)
    this.failures += 1
    return pause * (0.75 + Math.random() / 2)
  }
}
