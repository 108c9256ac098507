import { expect, test } from 'vitest'
import { CONNECTOR_NO, estimate, order, quote, session, told } from '../answers.mjs'
import { open } from './opened.mjs'

const CONFIRM = `/pages/confirm/confirm?text=${CONNECTOR_NO}`
const QUOTE = `GET /connectors/${CONNECTOR_NO}/prepay-quote`
const CHARGING = '/pages/charging/charging?session_no=S1'
const PAY = { timeStamp: '1', nonceStr: 'n', package: 'prepay_id=x', signType: 'RSA', paySign: 's' }
const ASKED = { payment_no: 'P1', session_no: 'S1', amount_fen: 5000, state: 'awaiting', expires_at: '2026-11-23T04:03:00Z', pay: PAY }
const prepaid = (change) => session({ payment_no: 'P1', prepaid_fen: 5000, hold_fen: 0, starting_at: null, ...change })
const awaiting = prepaid({ state: 'awaiting_payment', started_at: null, meter: null, created_at: '2026-11-23T03:59:55Z', start_deadline_at: '2026-11-23T04:02:55Z' })
const POOR = { [`GET /connectors/${CONNECTOR_NO}/estimate`]: told(estimate({ available_fen: 0, hold_fen: 0, short_fen: 500 })) }
const asks = ({ calls }) => calls.filter(({ method, path }) => method === 'POST' && path.endsWith('/prepayments'))

test('without a balance one charge can be paid by itself, and what comes back and when is said first', async () => {
  const api = { ...POOR, [QUOTE]: told(quote()), 'POST /prepayments': () => ({ status: 201, body: ASKED }), 'GET /sessions/S1': told(awaiting) }
  const app = await open(CONFIRM, { api, mocks: { requestPayment: () => ({}) } })
  await app.shows('去充值')
  await app.tap('充多少付多少')
  await app.shows('约 47.7 度')
  await app.shows('没用完的在充电结束后自动原路退回')
  await app.tap('支付 ¥50 并充电')
  await app.shows('等待付款 ¥50.00')
  const [ask] = asks(app)
  expect(ask.body).toEqual({ connector_no: CONNECTOR_NO, amount_fen: 5000, channel: 'wechat', is_own_car: null })
})

test('a payment that was broken off goes on as the same payment', async () => {
  let sheets = 0
  const api = { [QUOTE]: told(quote()), 'POST /prepayments': () => ({ status: 201, body: ASKED }), 'GET /sessions/S1': told(awaiting) }
  const mocks = { requestPayment: () => { if ((sheets += 1) === 1) throw new Error('cancel'); return {} } }
  const app = await open(CONFIRM, { api, mocks })
  await app.tap('充多少付多少')
  await app.tap('支付 ¥50 并充电')
  await app.tap('去付款 ¥50.00')
  await app.until(() => sheets === 2)
  const [first, second] = asks(app)
  const keyOf = ({ headers }) => headers['idempotency-key'] ?? headers['Idempotency-Key']
  expect([second.body, keyOf(second)]).toEqual([first.body, keyOf(first)])
})

test('where WeChat Pay is not built in, the wallet alone is offered', async () => {
  const app = await open(CONFIRM, { api: { [QUOTE]: told(quote({ channels: ['alipay'] })) } })
  await app.shows('启动充电')
  expect(app.byText('充多少付多少')).toBeUndefined()
})

test('a prepaid charge speaks of what was paid and never of the wallet', async () => {
  const app = await open(CHARGING, { api: { 'GET /sessions/S1': told(prepaid({ hold_fen: 5000, starting_at: '2026-11-23T03:58:05Z' })) } })
  await app.shows('已付（多退）')
  await app.shows('¥50.00')
  await app.tap('停止充电')
  await app.shows('没用完的自动原路退回')
  const failed = prepaid({ state: 'failed', failure_reason: 'rejected_by_pile', allowed_actions: [] })
  const other = await open(CHARGING, { api: { 'GET /sessions/S1': told(failed) } })
  await other.shows('付了的钱自动全部原路退回，不用申请')
})

test('the bill says what goes back the way it came, and what nobody is asked for', async () => {
  const api = {
    'GET /sessions/S1': told(prepaid({ state: 'settled', order_no: 'O1', allowed_actions: ['view_order'] })),
    'GET /orders/O1': told(order({ payment_no: 'P1', held_fen: 5000, captured_fen: 1294, released_fen: 3706, written_off_fen: 25 })),
  }
  const app = await open('/pages/order/order?order_no=O1', { api })
  await app.shows('自动原路退回')
  await app.shows('¥37.06')
  await app.shows('超出支付金额的 ¥0.25 不向您收取')
  expect(app.byText('已退回余额')).toBeUndefined()
})
