import { expect, test } from 'vitest'
import { CONNECTOR_NO, connector, order, session, told } from '../answers.mjs'
import { open } from './opened.mjs'

const CONFIRM = `/pages/confirm/confirm?text=${CONNECTOR_NO}`
const TERMS = { free_minutes: 15, minute_fen: 50, day_cap_fen: 2000 }
const stay = (change = {}) => ({
  state: 'watching', terms: TERMS, began_at: '2026-11-23T03:50:00Z', free_until: '2026-11-23T04:05:00Z', heard_at: '2026-11-23T03:55:00Z',
  is_sensed: true, minutes: 0, fee_fen: 0, ended_at: null, end_reason: null, order_no: null, waived_at: null, ...change,
})
const bill = (change) => ({ 'GET /orders/O1': told(order(change)), 'GET /messages': told({ templates: [] }) })

test('the idle fee is told before the start, and that a prepaid charge has none', async () => {
  const quote = { connector_no: CONNECTOR_NO, min_fen: 500, max_fen: 20000, channels: ['wechat'], texts: [], offers: [{ amount_fen: 2000, energy_wh: 19078, duration_s: 429 }] }
  const api = { 'POST /connectors/resolve': told(connector({ idle_terms: TERMS })), [`GET /connectors/${CONNECTOR_NO}/prepay-quote`]: told(quote) }
  const app = await open(CONFIRM, { api })
  await app.shows('占位费：充电结束后 15 分钟内免费，之后每分钟 ¥0.50，每次占位每天最多 ¥20.00')
})

test('after the charge the free time runs down, then the fee of what was heard is shown', async () => {
  const app = await open('/pages/order/order?order_no=O1', { api: bill({ stay: stay() }) })
  await app.shows('免费时间还剩')
  await app.shows('请在 12:05 前拔枪挪车')
  const late = stay({ free_until: '2026-11-23T03:58:00Z', minutes: 2, fee_fen: 100 })
  const other = await open('/pages/order/order?order_no=O1', { api: bill({ stay: late }) })
  await other.shows('正在收占位费')
  await other.shows('¥1.00')
})

test('a gun that was never heard to sense a plug counts nothing down', async () => {
  const app = await open('/pages/order/order?order_no=O1', { api: bill({ stay: stay({ is_sensed: false }) }) })
  await app.shows('请拔枪挪车')
  expect(app.byText('免费时间还剩')).toBeUndefined()
})

test('an idle fee is an order of its own, with its minutes', async () => {
  const done = stay({ state: 'billed', minutes: 15, fee_fen: 750, ended_at: '2026-11-23T04:30:00Z', end_reason: 'unplugged', order_no: 'O1' })
  const lines = [{ local_date: '2026-11-23', minutes: 15, minute_fen: 50, is_capped: false, fee_fen: 750 }]
  const app = await open('/pages/order/order?order_no=O1', {
    api: bill({ kind: 'idle', total_fen: 750, idle_fen: 750, captured_fen: 750, held_fen: 0, released_fen: 0, fee_lines: [], stay: done, idle_lines: lines }),
  })
  for (const text of ['占位费：充电结束后没有拔枪', '15 分钟 × ¥0.50', '已拔枪']) await app.shows(text)
  expect(app.byText('充电前暂扣')).toBeUndefined()
})

test('an idle fee that no balance paid is never said to be paid', async () => {
  const owed = stay({ state: 'billed', minutes: 15, fee_fen: 750, ended_at: '2026-11-23T04:30:00Z', end_reason: 'unplugged', order_no: 'O1' })
  const money = { total_fen: 750, idle_fen: 750, captured_fen: 0, debt_fen: 750, held_fen: 0, released_fen: 0 }
  const app = await open('/pages/order/order?order_no=O1', { api: bill({ kind: 'idle', fee_lines: [], stay: owed, ...money }) })
  for (const text of ['还欠 ¥7.50，点这里充值补缴', '已出账']) await app.shows(text)
  expect(app.byText('已扣费')).toBeUndefined()
  expect(app.byText('已从余额扣')).toBeUndefined()
})

const started = { session_no: 'S1', state: 'starting', connector_no: CONNECTOR_NO, hold_fen: 10000, start_deadline_at: '2026-11-23T04:01:30Z' }
const TEMPLATES = [{ kind: 'charge_billed', template_id: 'T1' }, { kind: 'idle_near', template_id: 'T2' }]
const asking = (allowed) => ({
  'GET /messages': told({ templates: TEMPLATES }),
  'POST /messages/allow': (call) => (allowed.push(call.body), { status: 200, body: { templates: TEMPLATES } }),
  'POST /sessions': () => ({ status: 201, body: started }),
  'GET /sessions/S1': told(session()),
})

test('the tap that starts a charge asks for messages, and what was allowed is counted by the server', async () => {
  const [asked, allowed] = [[], []]
  const requestSubscribeMessage = ({ tmplIds }) => (asked.push(tmplIds), { T1: 'accept', T2: 'reject' })
  const app = await open(CONFIRM, { api: asking(allowed), mocks: { requestSubscribeMessage } })
  await app.tap('启动充电')
  await app.shows('2.345')
  expect(asked).toEqual([['T1', 'T2']])
  expect(allowed).toEqual([{ kinds: ['charge_billed'] }])
})

test('whoever says no is not asked again, and charges all the same', async () => {
  const [asked, allowed] = [[], []]
  const requestSubscribeMessage = ({ tmplIds }) => (asked.push(tmplIds), { T1: 'reject', T2: 'reject' })
  const startWith = async (kept) => {
    const app = await open(CONFIRM, { api: asking(allowed), mocks: { requestSubscribeMessage }, storage: { login_token: 'kept', ...kept } })
    await app.tap('启动充电')
    await app.shows('2.345')
  }
  await startWith({})
  await startWith({ messages_declined_at: Date.now() })
  expect([asked.length, allowed.length]).toEqual([1, 0])
})
