// The one session a driver has to know of: the one that is open, else the one that ended while nobody looked. Without a
// network it is the one last heard of, with when that was.
// @ts-check

const { findLiveSession, getSession } = require('../../api/sessions')
const { keepSession, findKeptSession, forgetSession } = require('../../api/open_session')
const { follow } = require('../../api/follow')
const { watchNetwork } = require('../../network')
const { isOpen } = require('../../views/session')

/** @typedef {import('../../api/http').ApiError} ApiError */
/** @typedef {import('../../api/sessions').SessionView} SessionView */
/** `lostAtMs`: when it was last heard of, 0 while it is heard. @typedef {(session: SessionView | null, lostAtMs: number) => void} Tell */

const RETRY_MS = 5000

/** @returns {Promise<SessionView | null>} the session that is open, else the one whose end was not told yet */
async function findSession() {
  const live = await findLiveSession()
  if (live) return live
  const kept = findKeptSession()
  if (!kept) return null
  try {
    return await getSession(kept.value.session_no)
  } catch (thrown) {
    if (/** @type {ApiError} */ (thrown).code !== 'session_not_found') throw thrown
    forgetSession(kept.value.session_no)
    return null
  }
}

class SessionWatch {
  /** @param {Tell} tell */
  constructor(tell) {
    this.tellPage = tell
    /** @type {SessionView | null} */
    this.session = null
    /** counts what began or ended, so that an answer that comes too late is dropped */
    this.looks = 0
    this.isSeen = false
    this.isOffline = false
    this.unfollow = () => {}
    /** @type {ReturnType<typeof setTimeout> | 0} */
    this.retry = 0
    this.unwatch = watchNetwork((isOnline) => this.network(isOnline))
  }

  async look() {
    this.isSeen = true
    this.halt()
    const { looks } = this
    try {
      const session = await findSession()
      if (looks !== this.looks) return
      this.tell(session, 0)
      if (session && isOpen(session)) this.followOne(session.session_no)
    } catch (_) {
      if (looks !== this.looks) return
      const kept = findKeptSession()
      if (kept) this.tell(kept.value, kept.at_ms)
      this.retry = setTimeout(() => this.look(), RETRY_MS)
    }
  }

  /** Nobody sees it until the next look. */
  rest() {
    this.isSeen = false
    this.halt()
  }

  halt() {
    this.looks += 1
    clearTimeout(this.retry)
    this.unfollow()
    this.unfollow = () => {}
  }

  end() {
    this.rest()
    this.unwatch()
  }

  /** @param {boolean} isOnline */
  network(isOnline) {
    if (isOnline && this.isOffline && this.isSeen) this.look()
    this.isOffline = !isOnline
  }

  /** @param {string} sessionNo */
  followOne(sessionNo) {
    this.unfollow = follow({
      topic: `session:${sessionNo}`,
      read: () => getSession(sessionNo),
      onData: (session) => this.tell(session, 0),
      onError: () => {},
      onFresh: (fresh) => this.tell(this.session, fresh.kind === 'lost' ? fresh.heard_at_ms || Date.now() : 0),
    })
  }

  /** @param {SessionView | null} session @param {number} lostAtMs */
  tell(session, lostAtMs) {
    this.session = session
    if (session && isOpen(session) && lostAtMs === 0) keepSession(session)
    if (session && !isOpen(session)) this.halt()
    this.tellPage(session, lostAtMs)
  }
}

module.exports = { SessionWatch }
