// Loads files of src/ as the platform does, each time anew, with a stand-in for the platform's `wx`.
import { createRequire } from 'node:module'
import path from 'node:path'

const require = createRequire(import.meta.url)
const SRC = path.resolve(import.meta.dirname, '../src')

/** Forget every module of src/, so that the next load starts from nothing. */
export function forgetSource() {
  for (const file of Object.keys(require.cache)) if (file.startsWith(SRC)) delete require.cache[file]
}

/** @param {string} file relative to src/ */
export function source(file) {
  return require(path.join(SRC, file))
}

/**
 * A platform whose storage is a Map, whose requests `answer` answers ({status, body, headers} or null for no network)
 * and whose sockets and network are told what to do by the test.
 */
export function makePlatform({ answer, storage = {} } = {}) {
  const kept = new Map(Object.entries(storage))
  const requests = []
  const sockets = []
  const network = new Set()
  const wx = {
    getStorageSync: (key) => kept.get(key) ?? '',
    setStorageSync: (key, value) => kept.set(key, value),
    removeStorageSync: (key) => kept.delete(key),
    getStorageInfoSync: () => ({ keys: [...kept.keys()] }),
    getNetworkType: ({ success }) => success({ networkType: 'wifi' }),
    onNetworkStatusChange: (hear) => network.add(hear),
    login: ({ success }) => success({ code: 'code-1' }),
    async request(options) {
      const path_ = options.url.replace('https://charge.example.com', '')
      requests.push({ method: options.method, path: path_, header: options.header, data: options.data })
      const told = await answer(requests.at(-1))
      if (told === null) return options.fail({ errMsg: 'request:fail' })
      options.success({ statusCode: told.status ?? 200, data: told.body, header: told.headers ?? {} })
    },
    connectSocket: ({ url }) => makeSocket(url, sockets),
  }
  const setOnline = (isConnected) => network.forEach((hear) => hear({ isConnected }))
  return { wx, requests, sockets, kept, setOnline }
}

function makeSocket(url, sockets) {
  const on = {}
  const socket = {
    url,
    sent: [],
    send: ({ data }) => socket.sent.push(JSON.parse(data)),
    close: () => (socket.isClosed = true),
    onOpen: (hear) => (on.open = hear),
    onMessage: (hear) => (on.message = hear),
    onError: (hear) => (on.error = hear),
    onClose: (hear) => (on.close = hear),
    isClosed: false,
    open: () => on.open(),
    receive: (frame) => on.message({ data: JSON.stringify(frame) }),
    end: (code = 1006) => on.close({ code }),
  }
  sockets.push(socket)
  return socket
}

/** The body of an API error. */
export function refusal(code, message = '出错了') {
  return { error: { code, message, data: {}, request_id: 'request-1' } }
}
