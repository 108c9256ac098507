// Checks a name and password against the lines of a mosquitto password file, and slows down guessing.
// Format of a line: name:$7$<iterations>$<base64 salt>$<base64 PBKDF2-SHA512>, as mosquitto_passwd writes it.
import { pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(pbkdf2)

const MAX_ITERATIONS = 1_000_000
const FAILURES_BEFORE_BLOCK = 20
const BLOCK_MS = 60_000
const MAX_REMEMBERED_FAILURES = 10_000
// An unknown name costs the same time as a wrong password.
const DECOY = { iterations: 101, salt: randomBytes(12), hash: randomBytes(64) }

export class PasswordBook {
  #entries

  constructor (entries) {
    this.#entries = entries
  }

  /** Read the text of a password file. Throws an Error that names the line it cannot take. */
  static parse (text) {
    const entries = new Map()
    text.split('\n').forEach((raw, index) => {
      const line = raw.trim()
      if (line === '' || line.startsWith('#')) return
      const colon = line.indexOf(':')
      if (colon < 1) throw new Error(`password file, line ${index + 1}: expected name:hash`)
      entries.set(line.slice(0, colon), readHash(line.slice(colon + 1), index + 1))
    })
    return new PasswordBook(entries)
  }

  /** The stored hash text of a name, or undefined; it changes when the password does. */
  line (name) {
    return this.#entries.get(name)?.line
  }

  /** True when the password (a Buffer) belongs to the name. */
  async verify (name, password) {
    const known = this.#entries.get(name)
    const { iterations, salt, hash } = known ?? DECOY
    const derived = await derive(password, salt, iterations, hash.length, 'sha512')
    return timingSafeEqual(derived, hash) && known !== undefined
  }
}

function readHash (line, number) {
  const [, kind, count, salt, hash, ...rest] = line.split('$')
  const iterations = Number(count)
  const entry = { line, iterations, salt: Buffer.from(salt ?? '', 'base64'), hash: Buffer.from(hash ?? '', 'base64') }
  const iterationsFit = Number.isInteger(iterations) && iterations >= 1 && iterations <= MAX_ITERATIONS
  if (kind !== '7' || !iterationsFit || entry.salt.length === 0 || entry.hash.length !== 64 || rest.length > 0) {
    throw new Error(`password file, line ${number}: expected $7$iterations$salt$hash (PBKDF2-SHA512)`)
  }
  return entry
}

/** Counts failed passwords per address and name, so that a guesser cannot lock out the real pile elsewhere. */
export class FailedTries {
  #tries = new Map()

  isBlocked (key, now) {
    return (this.#tries.get(key)?.blockedUntil ?? 0) > now
  }

  /** Note one failure; returns true when it starts a block. */
  record (key, now) {
    const last = this.#tries.get(key)
    const expired = last !== undefined && now - last.at > BLOCK_MS
    const count = (expired ? 0 : last?.count ?? 0) + 1
    const blocks = count >= FAILURES_BEFORE_BLOCK
    this.#tries.delete(key)
    this.#tries.set(key, { count: blocks ? 0 : count, at: now, blockedUntil: blocks ? now + BLOCK_MS : 0 })
    if (this.#tries.size > MAX_REMEMBERED_FAILURES) this.#tries.delete(this.#tries.keys().next().value)
    return blocks
  }

  forget (key) {
    this.#tries.delete(key)
  }
}
