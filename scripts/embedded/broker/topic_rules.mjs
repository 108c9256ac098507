// Decides who may read and write which topics, from a mosquitto ACL file: `user`, `topic` and `pattern` lines
// with read, write or readwrite (the default), and %u for the username. Anything else refuses the whole file.

const ACCESS = { read: ['read'], write: ['write'], readwrite: ['read', 'write'] }

export class TopicRules {
  #patterns = []
  #byUser = new Map()

  /** Read the text of an ACL file. Throws an Error that names the line it cannot take. */
  static parse (text) {
    const rules = new TopicRules()
    let user = null
    text.split('\n').forEach((raw, index) => {
      const line = raw.trim()
      if (line === '' || line.startsWith('#')) return
      const [keyword, ...words] = line.split(/\s+/)
      if (keyword === 'user' && words.length === 1) user = words[0]
      else if (keyword === 'topic' && user !== null) rules.#userRules(user).push(readRule(words, index + 1))
      else if (keyword === 'pattern') rules.#patterns.push(readRule(words, index + 1))
      else throw new Error(`ACL file, line ${index + 1}: expected user, topic (after a user) or pattern`)
    })
    return rules
  }

  /** May this user publish to the topic? */
  mayWrite (user, topic) {
    return this.#allows('write', user, topic)
  }

  /** May this user receive everything that the topic filter matches? */
  mayRead (user, filter) {
    return this.#allows('read', user, filter)
  }

  #allows (access, user, topic) {
    const levels = topic.split('/')
    const own = this.#byUser.get(user) ?? []
    if (own.some(rule => rule.access.includes(access) && covers(rule.levels, levels))) return true
    // A name with a wildcard or a slash in it would widen the pattern: such a name gets none.
    if (/[+#/]/.test(user)) return false
    return this.#patterns.some(rule => rule.access.includes(access) && covers(rule.levels, levels, user))
  }

  #userRules (user) {
    if (!this.#byUser.has(user)) this.#byUser.set(user, [])
    return this.#byUser.get(user)
  }
}

function readRule (words, number) {
  const access = words.length === 2 ? ACCESS[words[0]] : ACCESS.readwrite
  const topic = words.at(-1)
  if (words.length < 1 || words.length > 2 || access === undefined || topic.includes('%c')) {
    throw new Error(`ACL file, line ${number}: expected [read|write|readwrite] and one topic, with %u at most`)
  }
  return { access, levels: topic.split('/') }
}

// `asked` may hold wildcards itself: every topic it matches must be matched by the rule.
function covers (rule, asked, user) {
  for (let i = 0; i < rule.length; i++) {
    const allowed = user === undefined ? rule[i] : rule[i].replaceAll('%u', () => user)
    if (i === 0 && /^[+#]/.test(allowed) && asked[0].startsWith('$')) return false
    if (allowed === '#') return true
    if (i >= asked.length || asked[i] === '#') return false
    if (allowed !== '+' && allowed !== asked[i]) return false
  }
  return rule.length === asked.length
}
