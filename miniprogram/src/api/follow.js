// Keep showing something that changes, and know how old it is: read at once, then by the live feed; while the feed is
// silent, read again and again. Who hears nothing for three intervals, or has no network, says so.
// @ts-check

const { watchTopic } = require('./feed')
const { watchNetwork } = require('../network')

const POLL_MS = 5000
const TICK_MS = 1000
const LINK_GRACE_MS = 6000
const MOST_SILENT_INTERVALS = 3

/** @typedef {import('./http').ApiError} ApiError */
/**
 * `live`: it comes by itself; `asked`: by asking; `lost`: neither, and what is shown is as old as `heard_at_ms` (by the
 * phone's clock, 0 for never heard).
 * @typedef {{kind: 'live' | 'asked' | 'lost', heard_at_ms: number}} Fresh
 */

/**
 * @template T
 * @typedef {object} Following
 * @property {string} topic of the live feed; '' where there is none
 * @property {() => Promise<T>} read the same over HTTP
 * @property {number} [everyMs] between two reads; 5 s
 * @property {(data: T) => void} onData
 * @property {(error: ApiError) => void} onError a read failed; the next one follows by itself
 * @property {(fresh: Fresh) => void} [onFresh] at each change of how it is known
 */

/** @template T */
class Follower {
  /** @param {Following<T>} following */
  constructor(following) {
    this.following = following
    this.everyMs = following.everyMs || POLL_MS
    this.isStopped = false
    this.isLive = false
    this.isOnline = true
    this.isReading = false
    this.isHeard = false
    this.heardAt = Date.now()
    this.askedAt = 0
    this.unlinkedAt = Date.now()
    this.kind = ''
    /** @type {ReturnType<typeof setInterval> | 0} */
    this.timer = 0
    /** @type {(() => void)[]} */
    this.ends = []
  }

  start() {
    const { topic } = this.following
    if (topic !== '') this.ends.push(watchTopic(topic, { onData: (data) => this.take(data), onLink: (isLive) => this.link(isLive) }))
    this.ends.push(watchNetwork((isOnline) => this.network(isOnline)))
    this.timer = setInterval(() => this.tick(), TICK_MS)
    this.ask()
  }

  stop() {
    this.isStopped = true
    clearInterval(this.timer)
    this.ends.forEach((end) => end())
  }

  /** @param {T} data */
  take(data) {
    this.isHeard = true
    this.heardAt = Date.now()
    this.tell()
    this.following.onData(data)
  }

  /** @param {boolean} isLive */
  link(isLive) {
    const isLoss = this.isLive && !isLive
    this.isLive = isLive
    if (isLive) this.heardAt = Date.now()
    if (isLoss) this.unlinkedAt = Date.now()
    this.tell()
    if (isLoss) this.ask()
  }

  /** @param {boolean} isOnline */
  network(isOnline) {
    const isBack = isOnline && !this.isOnline
    this.isOnline = isOnline
    this.tell()
    if (isBack) this.ask()
  }

  tick() {
    if (!this.isLive && Date.now() - this.askedAt >= this.everyMs) this.ask()
    this.tell()
  }

  async ask() {
    if (this.isReading) return
    this.isReading = true
    this.askedAt = Date.now()
    try {
      const data = await this.following.read()
      if (!this.isStopped && !this.isLive) this.take(data)
    } catch (thrown) {
      if (!this.isStopped && !this.isLive) this.following.onError(/** @type {ApiError} */ (thrown))
    } finally {
      this.isReading = false
    }
  }

  /** @returns {Fresh['kind']} */
  kindNow() {
    const now = Date.now()
    if (!this.isOnline) return 'lost'
    if (this.isLive) return 'live'
    if (now - this.heardAt >= this.everyMs * MOST_SILENT_INTERVALS) return 'lost'
    return this.following.topic !== '' && now - this.unlinkedAt >= LINK_GRACE_MS ? 'asked' : 'live'
  }

  tell() {
    const kind = this.kindNow()
    if (kind === this.kind) return
    this.kind = kind
    if (this.following.onFresh) this.following.onFresh({ kind, heard_at_ms: this.isHeard ? this.heardAt : 0 })
  }
}

/**
 * Follow until the returned function is called.
 * @template T
 * @param {Following<T>} following
 * @returns {() => void}
 */
function follow(following) {
  const follower = new Follower(following)
  follower.start()
  return () => follower.stop()
}

module.exports = { follow }
