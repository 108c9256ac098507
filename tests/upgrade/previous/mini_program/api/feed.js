// The live feed: one socket for the whole app, opened with the first topic and closed with the last. After a loss it
// connects again with growing pauses and hears every topic anew from a whole snapshot.
// @ts-check

const { apiBase } = require('./host')
const { getToken, forgetToken } = require('./login')

const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 30000
const UNUSED_GRACE_MS = 3000
const CLOSE_NORMAL = 1000
const CLOSE_LOG_IN_AGAIN = 4401
const CLOSE_NEVER_AGAIN = 4403

/**
 * `onData` gets the whole value each time; `onLink(false)` says that nothing arrives at the moment.
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
  const topic = topics.get(frame.topic)
  if (!topic) return
  if (frame.op === 'error') return topic.listener.onLink(false)
  if (frame.kind === 'delta' && (topic.data === null || frame.seq !== topic.seq + 1)) return subscribe(frame.topic)
  losses = 0
  topic.seq = frame.seq
  topic.data = frame.kind === 'snapshot' ? frame.data : { ...topic.data, ...frame.data }
  topic.listener.onLink(true)
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

function reportLoss() {
  topics.forEach((topic) => topic.listener.onLink(false))
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
    socket = null
    isOpen = false
    reportLoss()
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
  socket = null
  isOpen = false
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
