import { expect, test } from 'vitest'
import { order, session, told } from '../answers.mjs'
import { open } from './opened.mjs'

const CHARGING = '/pages/charging/charging?session_no=S1'
const READ = 'GET /sessions/S1'
const starting = (change) => session({ state: 'starting', is_start_accepted: false, started_at: null, meter: null, ...change })
const frame = (seq, kind, data) => ({ topic: 'session:S1', seq, kind, data })

async function socketOf(app) {
  const socket = await app.until(() => app.sockets[0])
  socket.open()
  await app.until(() => socket.sent.some(({ op }) => op === 'sub'))
  return socket
}

test('a start shows its steps, reassures after 30 s and can be cancelled', async () => {
  const app = await open(CHARGING, { api: { [READ]: told(starting({ created_at: '2026-11-23T03:59:25Z' })) } })
  await app.shows('仍在确认，不会扣费')
  await app.shows('充电桩准备')
  await app.tap('取消启动')
  await app.shows('取消后，暂扣的金额马上全部退回余额')
})

test('a failed start says that nothing was charged and offers another try', async () => {
  const app = await open(CHARGING, {
    api: { [READ]: told(starting({ state: 'failed', failure_reason: 'start_timeout', allowed_actions: [] })) },
  })
  await app.shows('充电桩没有及时启动')
  await app.shows('没有产生费用，暂扣的 ¥100.00 已全部退回余额')
  await app.shows('重新启动')
})

test('live values arrive by the socket without asking again', async () => {
  const app = await open(CHARGING, { api: { [READ]: told(session()) } })
  await app.shows('2.345')
  const socket = await socketOf(app)
  socket.receive(frame(1, 'snapshot', session({ energy_wh: 3000, total_fen: 315 })))
  await app.shows('3.000')
  socket.receive(frame(2, 'delta', { energy_wh: 3250, total_fen: 341 }))
  await app.shows('3.250')
  await app.shows('¥3.41')
  expect(app.calls.filter(({ path }) => path.endsWith('/sessions/S1'))).toHaveLength(1)
})

test('the figures carry units and the price until it changes', async () => {
  const app = await open(CHARGING, { api: { [READ]: told(session()) } })
  for (const text of ['电量 62%', '58.4', '386.4', '151.1', '00:01:40', '25分钟', '1.0483 元/度，到 17:00']) await app.shows(text)
})

test('stale values are marked as such', async () => {
  const stale = { ...session().meter, is_stale: true, at: '2026-11-23T03:55:00Z' }
  const app = await open(CHARGING, { api: { [READ]: told(session({ meter: stale })) } })
  await app.shows('数据延迟，充电不受影响')
  await app.shows('最后一次报数在5分钟前')
})

test('stopping asks first and then waits for the last reading', async () => {
  const app = await open(CHARGING, {
    api: { [READ]: told(session()), 'POST /sessions/S1/stop': told(session({ state: 'stopping', allowed_actions: [] })) },
  })
  await app.tap('停止充电')
  await app.shows('停止后只收已充电量的费用')
  expect(app.calls.some(({ path }) => path.endsWith('/stop'))).toBe(false)
  await app.tap(app.window.document.querySelector('.mp-layer button:last-of-type'))
  await app.shows('正在停止，等充电桩报来最后的电量')
})

test('the end leads to the bill, which waits for the pile and then settles', async () => {
  let now = session({ state: 'ended', allowed_actions: [] })
  const app = await open(CHARGING, { api: { [READ]: () => told(now)(), 'GET /orders/O1': told(order()) } })
  await app.shows('充电已结束，正在出账单')
  now = session({ state: 'settled', order_no: 'O1' })
  const socket = await socketOf(app)
  socket.receive(frame(1, 'snapshot', now))
  await app.shows('已完成')
  await app.shows('12.94')
  await app.shows('12.345 度 × 0.6483')
  await app.shows('已退回余额¥87.06')
})

test('opened without a number it finds the session that is open', async () => {
  const app = await open('/pages/charging/charging', {
    api: { 'GET /sessions/live': told({ session: session() }), [READ]: told(session()) },
  })
  await app.shows('2.345')
})
