// The MQTT broker of a machine without mosquitto: npm aedes with the same password file, topic rules and limits
// as conf/mosquitto.conf. MQTT 3.1.1 only; sessions and retained messages live in memory and end with the process.
// Usage: node broker.mjs --host 127.0.0.1 --port 1883 --password-file FILE --acl-file FILE
// It ends on SIGTERM, and when its standard input closes, that is when its parent is gone.
import { readFileSync, watchFile } from 'node:fs'
import { createServer } from 'node:net'
import { parseArgs } from 'node:util'
import { Aedes } from 'aedes'
import { FailedTries, PasswordBook } from './passwords.mjs'
import { SessionQueues } from './session_queue.mjs'
import { TopicRules } from './topic_rules.mjs'

const MAX_PACKET_BYTES = 20_480
const MAX_CONNECTIONS = 12_000
const MAX_PACKETS_BEFORE_CONNACK = 100
const CONNECT_LIMIT_MS = 10_000
const DRAIN_LIMIT_MS = 10_000 // a receiver that reads nothing for so long is sent away; its queue stays
const RELOAD_POLL_MS = 500
const STOP_LIMIT_MS = 5_000
const RETAINED_TOPIC = /^cp\/v1\/[^/]+\/up\/online$/
const REFUSED_TOPIC = '$refused' // nobody can subscribe to it

const BAD_CLIENT_ID = 2
const NOT_AUTHORISED = 5

const options = readOptions()
let passwords = null
let rules = null
const failedTries = new FailedTries()

const broker = new Aedes({
  concurrency: 0, // unlimited here: each publisher waits for its own messages, so a slow receiver stops nobody else
  connectTimeout: CONNECT_LIMIT_MS,
  drainTimeout: DRAIN_LIMIT_MS,
  queueLimit: MAX_PACKETS_BEFORE_CONNACK,
  persistence: new SessionQueues({
    mayRead: (id, filter) => rules.mayRead(id, filter),
    onFull: id => log(`queue of ${id} is full, its further messages are dropped`)
  }),
  preConnect,
  authenticate,
  authorizePublish,
  authorizeSubscribe,
  authorizeForward: (client, packet) => rules.mayRead(client.id, packet.topic) ? packet : null
})

await main()

async function main () {
  try {
    load()
  } catch (error) {
    fail(error.message)
  }
  for (const file of [options.passwordFile, options.aclFile]) watchFile(file, { interval: RELOAD_POLL_MS }, reload)
  process.on('SIGHUP', reload)
  broker.on('clientError', noteOversize)
  broker.on('connectionError', noteOversize)
  await broker.listen()

  const server = createServer({ noDelay: true }, accept)
  server.maxConnections = MAX_CONNECTIONS
  server.on('error', error => fail(`cannot listen on ${options.host}:${options.port}: ${error.message}`))
  server.listen(options.port, options.host, () => {
    process.stdout.write(`broker ready mqtt://${options.host}:${server.address().port}\n`)
  })
  process.on('SIGTERM', () => stop(server))
  process.on('SIGINT', () => stop(server))
}

function readOptions () {
  const text = { type: 'string' }
  const { values } = parseArgs({ options: { host: text, port: text, 'password-file': text, 'acl-file': text } })
  const port = Number(values.port)
  if (!values.host || !values['password-file'] || !values['acl-file'] || !Number.isInteger(port)) {
    fail('usage: broker.mjs --host HOST --port PORT --password-file FILE --acl-file FILE')
  }
  return { host: values.host, port, passwordFile: values['password-file'], aclFile: values['acl-file'] }
}

function load () {
  const newPasswords = PasswordBook.parse(readFileSync(options.passwordFile, 'utf8'))
  const newRules = TopicRules.parse(readFileSync(options.aclFile, 'utf8'))
  passwords = newPasswords
  rules = newRules
}

function reload () {
  try {
    load()
  } catch (error) {
    log(`not reloaded, the old rules hold: ${error.message}`)
    return
  }
  // As mosquitto does: whoever would not be let in any more with what he came with goes.
  for (const client of Object.values(broker.clients)) {
    if (passwords.line(client.id) !== client.passwordLine) client.close()
  }
  log('password file and topic rules reloaded')
}

function accept (socket) {
  const parser = broker.handle(socket)._parser
  // mqtt-packet 9 would gather any announced length; refuse it as soon as the length is known.
  const parseLength = parser._parseLength
  parser._parseLength = function () {
    const isKnown = parseLength.call(this)
    if (isKnown && this.packet.length > MAX_PACKET_BYTES) {
      this._emitError(new Error('packet too large'))
      return false
    }
    return isKnown
  }
}

function preConnect (client, packet, done) {
  // aedes takes a message for a duplicate, and drops it, when a later one overtook it inside the broker: a retained
  // QoS 0 message by a plain one of the same read. With one broker there is nothing to filter.
  client.duplicates = Object.defineProperty(Object.create(null), broker.id, { get: () => 0, set: () => {} })
  done(null, true)
}

function authenticate (client, username, password, done) {
  const name = username ?? ''
  const key = `${client.conn.remoteAddress} ${name}`
  const now = performance.now()
  if (client.id !== name) return refuse(name, 'wrong_client_id', BAD_CLIENT_ID, done)
  if (failedTries.isBlocked(key, now)) return refuse(name, 'too_many_tries', NOT_AUTHORISED, done)
  const book = passwords
  book.verify(name, password ?? Buffer.alloc(0)).then(isRight => {
    if (isRight) {
      failedTries.forget(key)
      client.passwordLine = book.line(name)
      // while it was looked at, another password may have come into force
      if (passwords.line(name) !== client.passwordLine) return refuse(name, 'wrong_secret', NOT_AUTHORISED, done)
      log(`: New client connected from ${client.conn.remoteAddress} as ${shown(name)} (`)
      return done(null, true)
    }
    if (failedTries.record(key, now)) log(`too many wrong passwords for ${JSON.stringify(name.slice(0, 64))}, blocked`)
    return refuse(name, 'wrong_secret', NOT_AUTHORISED, done)
  }, done)
}

// The words that scripts/operations/broker_log.py reads.
function refuse (name, reason, returnCode, done) {
  log(`: Client ${shown(name)} refused: ${reason}.`)
  return done(refusal(returnCode))
}

// A name is a stranger's text until it has the form of a pile's number.
function shown (name) {
  return /^[0-9A-Za-z_-]{3,30}$/.test(name) ? name : '<unknown>'
}

function refusal (returnCode) {
  return Object.assign(new Error('connection refused'), { returnCode })
}

function authorizePublish (client, packet, done) {
  if (packet.qos > 1) return done(new Error('QoS 2 is not offered'))
  if (!rules.mayWrite(client.id, packet.topic)) {
    // As mosquitto does with MQTT 3.1.1: acknowledged and dropped, the connection stays.
    packet.topic = REFUSED_TOPIC
    packet.payload = Buffer.alloc(0)
  }
  packet.retain &&= RETAINED_TOPIC.test(packet.topic)
  return done(null)
}

function authorizeSubscribe (client, sub, done) {
  if (!rules.mayRead(client.id, sub.topic)) return done(null, null)
  sub.qos = Math.min(sub.qos, 1)
  return done(null, sub)
}

function noteOversize (client, error) {
  if (error.message === 'packet too large') log(`packet of ${client.id ?? 'a stranger'} over ${MAX_PACKET_BYTES} bytes`)
}

function stop (server) {
  setTimeout(() => process.exit(0), STOP_LIMIT_MS).unref()
  server.close()
  broker.close(() => process.exit(0))
}

function log (message) {
  process.stderr.write(`${new Date().toISOString()} ${message}\n`)
}

function fail (message) {
  process.stderr.write(`broker: ${message}\n`)
  process.exit(1)
}
