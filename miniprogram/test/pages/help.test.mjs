import { test } from 'vitest'
import { told } from '../answers.mjs'
import { open } from './opened.mjs'

const ME = '/pages/me/me'
const down = () => ({ status: 503, body: {} })
const line = (phone, hours) => told({ service_phone: phone, service_hours: hours })

test('the phone to call is the one that the platform tells, with its hours', async () => {
  const app = await open(ME, { api: { 'GET /help': line('0512-6666 8888', '工作日 9:00-18:00') } })
  await app.shows('0512-6666 8888')
  await app.shows('工作日 9:00-18:00')
  await app.tap('客服电话')
  await app.shows('呼叫')
})

test('a platform that told none says so and points at the sticker', async () => {
  const app = await open(ME, { api: { 'GET /help': line('', '') } })
  await app.shows('暂未提供')
  await app.tap('客服电话')
  await app.shows('请拨打充电桩上贴的电话')
})

test('without an answer what was heard last can be called', async () => {
  const kept = { value: { service_phone: '0512-6666 8888', service_hours: '' }, at_ms: 0 }
  const app = await open(ME, { api: { 'GET /help': down }, storage: { login_token: 'kept', 'kept:help': kept } })
  await app.shows('0512-6666 8888')
  await app.until(() => app.calls.some(({ path }) => path.endsWith('/help')))
  await app.tap('客服电话')
  await app.shows('呼叫')
})
