// The live feed: one socket for the whole app, opened with the first topic and closed with the last. After a loss it
// connects again with growing pauses and hears every topic anew from a whole snapshot. A socket can stay open and be
// dead: who says nothing is asked for a snapshot, and given up after three intervals without a word.
// @ts-check

const { apiBase } = require('./host')
const { getToken, forgetToken } = require('./login')

const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 30000
const UNUSED_GRACE_MS = 3000
const LISTEN_EVERY_MS = 1000
const INTERVAL_MS = 5000
const MOST_SILENT_INTERVALS = 3
const CLOSE_NORMAL = 1000
const CLOSE_LOG_IN_AGAIN = 4401
const CLOSE_NEVER_AGAIN = 4403

/**
 * `onData` gets the whole value each time; `onLink(true)` says that the value held is the present one, again with
 * whatever is heard; `onLink(false)` that nothing arrives at the moment.
 * @typedef {{onData: (data: any) => void, onLink: (isLive: boolean) => void}} Listener
 * @typedef {{listener: Listener, data: any, seq: number}} Topic
 */

/** @type {Map<string, Topic>} */
const topics = new Map()
/** @type {WechatMiniprogram.SocketTask | null} */
let socket = null
let isOpen = false
let isOpening = false
let isBarred = false
let losses = 0
let pause = 0
let heardAt = 0
let askedAt = 0
let watch = 0

/** @param {object} frame */
function send(frame) {
  if (socket && isOpen) socket.send({ data: JSON.stringify(frame) })
}

/** @param {string} name */
function subscribe(name) {
  const topic = topics.get(name)
  if (topic) Object.assign(topic, { data: null, seq: 0 })
  send({ op: 'sub', topic: name })
}

/** @param {any} frame */
function take(frame) {
  heardAt = Date.now()
  const topic = topics.get(frame.topic)
  if (!topic) return
  if (frame.op === 'error') {
    topic.data = null
    return topic.listener.onLink(false)
  }
  if (frame.kind === 'delta' && (topic.data === null || frame.seq !== topic.seq + 1)) return subscribe(frame.topic)
  losses = 0
  topic.seq = frame.seq
  topic.data = frame.kind === 'snapshot' ? frame.data : { ...topic.data, ...frame.data }
  topics.forEach((heard) => heard.data !== null && heard.listener.onLink(true))
  topic.listener.onData(topic.data)
}

function scheduleOpen() {
  if (pause || isBarred || topics.size === 0) return
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** losses)
  losses += 1
  pause = setTimeout(
    () => {
      pause = 0
      open()
    },
    longest * (0.5 + Math.random() / 2),
  )
}

/** Forget the socket and say so; what was heard is no longer known to be true. */
function lose() {
  socket = null
  isOpen = false
  clearInterval(watch)
  topics.forEach((topic) => {
    topic.data = null
    topic.listener.onLink(false)
  })
}

/** A topic may rest for long, so silence alone proves nothing: a snapshot asked for and not sent does. */
function listenForLife() {
  const now = Date.now()
  if (now - heardAt >= INTERVAL_MS * MOST_SILENT_INTERVALS) return giveUp()
  if (now - Math.max(heardAt, askedAt) < INTERVAL_MS) return
  askedAt = now
  const [name] = topics.keys()
  if (name && isOpen) subscribe(name)
}

function giveUp() {
  const task = socket
  lose()
  if (task) task.close({ code: CLOSE_NORMAL })
  scheduleOpen()
}

async function open() {
  if (socket || isOpening || topics.size === 0) return
  isOpening = true
  try {
    listen(wx.connectSocket({ url: `${apiBase.replace(/^http/, 'ws')}/ws` }), await getToken())
  } catch (_) {
    scheduleOpen()
  } finally {
    isOpening = false
  }
}

/**
 * @param {WechatMiniprogram.SocketTask} task
 * @param {string} token
 */
function listen(task, token) {
  socket = task
  heardAt = Date.now()
  askedAt = heardAt
  clearInterval(watch)
  watch = setInterval(listenForLife, LISTEN_EVERY_MS)
  task.onOpen(() => {
    if (socket !== task) return
    isOpen = true
    send({ op: 'auth', token })
    topics.forEach((_, name) => subscribe(name))
  })
  task.onMessage((message) => {
    if (socket === task) take(JSON.parse(String(message.data)))
  })
  task.onError(() => {})
  task.onClose((closed) => {
    if (socket !== task) return
    lose()
    if (closed.code === CLOSE_LOG_IN_AGAIN) forgetToken(token)
    isBarred = closed.code === CLOSE_NEVER_AGAIN
    scheduleOpen()
  })
}

/** The next page often hears the same; so the socket waits a little for it. */
function closeSoonWhenUnused() {
  if (topics.size === 0) setTimeout(closeWhenUnused, UNUSED_GRACE_MS)
}

function closeWhenUnused() {
  if (topics.size > 0 || !socket) return
  const task = socket
  lose()
  task.close({ code: CLOSE_NORMAL })
}

/**
 * Hear a topic until the returned function is called; one listener a topic, the later takes over.
 * @param {string} name
 * @param {Listener} listener
 * @returns {() => void}
 */
function watchTopic(name, listener) {
  const topic = { listener, data: null, seq: 0 }
  topics.set(name, topic)
  if (isOpen) subscribe(name)
  else if (!pause) open()
  return () => {
    if (topics.get(name) !== topic) return
    topics.delete(name)
    send({ op: 'unsub', topic: name })
    closeSoonWhenUnused()
  }
}

/** The network is back: connect at once instead of after the pause. */
function hurryFeed() {
  clearTimeout(pause)
  pause = 0
  losses = 0
  open()
}

module.exports = { watchTopic, hurryFeed }
