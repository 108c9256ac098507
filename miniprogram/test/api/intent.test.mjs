import { beforeEach, expect, test } from 'vitest'
import { forgetSource, makePlatform, refusal, source } from '../source.mjs'

beforeEach(forgetSource)

function start(answers) {
  const platform = makePlatform({ answer: () => answers.shift(), storage: { login_token: 'kept' } })
  globalThis.wx = platform.wx
  const keys = () => platform.requests.map(({ header }) => header['Idempotency-Key'])
  return { ...platform, keys }
}

test('a start without an answer keeps its key for the next try, even after the app was closed', async () => {
  const { keys } = start([null, null, { status: 201, body: { session_no: 'S1' } }])
  await expect(source('api/sessions.js').startSession('0101', null)).rejects.toMatchObject({ code: 'unreachable' })
  forgetSource()
  await source('api/sessions.js').startSession('0101', null)
  expect(new Set(keys()).size).toBe(1)
})

test('an answered start gives its key up', async () => {
  const { keys } = start([{ status: 201, body: { session_no: 'S1' } }, { status: 201, body: { session_no: 'S2' } }])
  const { startSession } = source('api/sessions.js')
  await startSession('0101', null)
  await startSession('0101', null)
  expect(new Set(keys()).size).toBe(2)
})

test('a refused start gives its key up, so that it can be asked anew once the obstacle is gone', async () => {
  const { keys } = start([
    { status: 409, body: refusal('connector_not_plugged') },
    { status: 201, body: { session_no: 'S1' } },
  ])
  const { startSession } = source('api/sessions.js')
  await expect(startSession('0101', null)).rejects.toMatchObject({ code: 'connector_not_plugged' })
  await startSession('0101', null)
  expect(new Set(keys()).size).toBe(2)
})

test('a start still in progress keeps its key', async () => {
  const { keys } = start([
    { status: 409, body: refusal('idempotency_in_progress') },
    { status: 201, body: { session_no: 'S1' } },
  ])
  const { startSession } = source('api/sessions.js')
  await expect(startSession('0101', null)).rejects.toMatchObject({ isAnswered: false })
  await startSession('0101', null)
  expect(new Set(keys()).size).toBe(1)
})

test('another limit is another intent', async () => {
  const { keys } = start([null, null, null, null])
  const { startSession } = source('api/sessions.js')
  await expect(startSession('0101', null)).rejects.toThrow()
  await expect(startSession('0101', 5000)).rejects.toThrow()
  expect(new Set(keys()).size).toBe(2)
})
