// Runs the kept mini-program's own request layer against a present API: its files unchanged, `wx` by the least there is.
//
//   node phone.cjs FOLDER API_BASE
//
// A line of JSON in is one call, {"module", "name", "args"}, with what the phone has in its storage and what wx.login
// would give: {"store": {…}, "code": "…"}. A line out is its answer or error, and each exchange that it took.

const path = require('node:path')
const readline = require('node:readline')

const [folder, apiBase] = process.argv.slice(2)
const storage = new Map()
let exchanges = []
let code = ''
// Longer than a phone waits: a busy test machine is no broken contract.
const PATIENCE_MS = 60_000

async function exchange({ url, method, data, header, success, fail }) {
  try {
    const body = data === undefined ? undefined : JSON.stringify(data)
    const answer = await fetch(url, { method, headers: header, body, signal: AbortSignal.timeout(PATIENCE_MS) })
    const text = await answer.text()
    const parsed = text === '' ? '' : JSON.parse(text)
    exchanges.push({ method, path: new URL(url).pathname, status: answer.status, body: parsed === '' ? null : parsed })
    success({ statusCode: answer.status, data: parsed, header: Object.fromEntries(answer.headers) })
  } catch (thrown) {
    exchanges.push({ method, path: new URL(url).pathname, status: 0, body: String(thrown) })
    fail(thrown)
  }
}

globalThis.wx = {
  request: (asked) => void exchange(asked),
  login: ({ success }) => success({ code }),
  getStorageSync: (key) => (storage.has(key) ? storage.get(key) : ''),
  setStorageSync: (key, value) => void storage.set(key, value),
  removeStorageSync: (key) => void storage.delete(key),
}
require(path.join(folder, 'host.js')).apiBase = apiBase // read by the others when they are loaded, so it goes first

async function obey(line) {
  const { module, name, args, store, code: given } = JSON.parse(line)
  Object.entries(store).forEach(([key, value]) => storage.set(key, value))
  code = given
  exchanges = []
  const told = { answer: null, error: null }
  try {
    told.answer = (await require(path.join(folder, `${module}.js`))[name](...args)) ?? null
  } catch (thrown) {
    told.error = { code: thrown.code ?? 'bug', message: thrown.stack }
  }
  process.stdout.write(`${JSON.stringify({ ...told, exchanges })}\n`)
}

readline.createInterface({ input: process.stdin }).on('line', obey)
