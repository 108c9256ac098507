import { beforeEach, expect, test } from 'vitest'
import { forgetSource, makePlatform, refusal, source } from '../source.mjs'

const LOGIN = '/api/v1/driver/login'
const me = { method: 'GET', path: '/api/v1/driver/me' }

beforeEach(forgetSource)

function start(answer, storage = { login_token: 'kept' }) {
  const platform = makePlatform({ answer, storage })
  globalThis.wx = platform.wx
  return platform
}

test('a request without a token logs in first, once for all that wait', async () => {
  const { requests } = start(({ path }) => (path === LOGIN ? { body: { token: 'fresh' } } : { body: { path } }), {})
  const { request } = source('api/request.js')
  await Promise.all([request(me), request({ method: 'GET', path: '/api/v1/driver/wallet' })])
  expect(requests.map(({ path }) => path)).toEqual([LOGIN, '/api/v1/driver/me', '/api/v1/driver/wallet'])
  expect(requests[1].header.Authorization).toBe('Bearer fresh')
})

test('a refused token is replaced once and the request sent again', async () => {
  const { requests, kept } = start(({ path, header }) => {
    if (path === LOGIN) return { body: { token: 'fresh' } }
    return header.Authorization === 'Bearer fresh' ? { body: { ok: true } } : { status: 401, body: refusal('unauthenticated') }
  })
  expect(await source('api/request.js').request(me)).toEqual({ ok: true })
  expect(requests).toHaveLength(3)
  expect(kept.get('login_token')).toBe('fresh')
})

test('a token refused twice is an error and not a loop', async () => {
  const { requests } = start(({ path }) =>
    path === LOGIN ? { body: { token: 'bad' } } : { status: 401, body: refusal('unauthenticated') },
  )
  await expect(source('api/request.js').request(me)).rejects.toMatchObject({ code: 'unauthenticated' })
  expect(requests.filter(({ path }) => path === LOGIN)).toHaveLength(1)
})

test('a GET that got no answer is sent once more', async () => {
  let tries = 0
  start(() => ((tries += 1) === 1 ? null : { body: { ok: true } }))
  expect(await source('api/request.js').request(me)).toEqual({ ok: true })
})

test('a POST without a key is not repeated', async () => {
  const { requests } = start(() => null)
  const { request } = source('api/request.js')
  await expect(request({ method: 'POST', path: '/x' })).rejects.toMatchObject({ code: 'unreachable', isAnswered: false })
  expect(requests).toHaveLength(1)
})

test('the error carries what people and support need', async () => {
  start(() => ({ status: 409, body: refusal('connector_busy', '这把充电枪正在使用') }))
  await expect(source('api/request.js').request(me)).rejects.toMatchObject({
    code: 'connector_busy', message: '这把充电枪正在使用', requestId: 'request-1', isAnswered: true,
  })
})

test('an answer that is not ours becomes a sentence in Chinese', async () => {
  start(() => ({ status: 502, body: '<html>bad gateway</html>' }))
  await expect(source('api/request.js').request(me)).rejects.toThrow('服务暂时不可用')
})

test('after logging out nobody is logged in until asked', async () => {
  const { requests } = start(({ path }) => (path === LOGIN ? { body: { token: 'fresh' } } : { body: {} }))
  await source('api/me.js').logOut()
  await expect(source('api/request.js').request(me)).rejects.toMatchObject({ code: 'logged_out' })
  source('api/login.js').comeBack()
  await source('api/request.js').request(me)
  expect(requests.map(({ path }) => path)).toEqual(['/api/v1/driver/logout', LOGIN, '/api/v1/driver/me'])
})

test('logging out forgets what was kept of the driver', async () => {
  const { kept } = start(() => ({ body: {} }))
  source('api/open_session.js').keepSession({ session_no: 'S1' })
  expect(kept.has('kept:session')).toBe(true)
  await source('api/me.js').logOut()
  expect([...kept.keys()].filter((name) => name.startsWith('kept:'))).toEqual([])
})

test('the server clock is learned from the Date of an answer', async () => {
  const later = new Date(Date.now() + 3_600_000).toUTCString()
  start(() => ({ body: {}, headers: { date: later } }))
  await source('api/request.js').request(me)
  expect(Math.abs(source('api/clock.js').serverNow() - Date.parse(later))).toBeLessThan(5_000)
})
