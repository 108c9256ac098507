import { expect, test } from 'vitest'
import { order, session, told, wallet } from '../answers.mjs'
import { refusal } from '../source.mjs'
import { open } from './opened.mjs'

const pay = { timeStamp: '1', nonceStr: 'n', package: 'prepay_id=1', signType: 'RSA', paySign: 's' }
const started = { payment_no: 'P1', amount_fen: 5000, state: 'awaiting', expires_at: '2026-11-23T06:00:00Z', pay }
const payment = (state) => ({
  payment_no: 'P1', purpose: 'top_up', channel: 'wechat', amount_fen: 5000, state, created_at: '2026-11-23T04:00:00Z',
  expires_at: '2026-11-23T06:00:00Z', paid_at: null, closed_at: null,
})
const byAlipay = {
  ...started, pay: { link: 'https://openapi.alipay.com/gateway.do?sign=1', qr_code: 'https://qr.alipay.com/bax1', qr_image: 'data:image/png;base64,aQ==' },
}
test('a top-up is confirmed by the platform and not by the phone', async () => {
  let isPaid = false
  const app = await open('/pages/wallet/wallet', {
    mocks: { requestPayment: () => ({}) },
    api: {
      'POST /top-ups': () => ({ status: 201, body: started }),
      'GET /payments/P1': () => told(payment(isPaid ? 'paid' : 'awaiting'))(),
      'GET /wallet': () => told(wallet(isPaid ? { available_fen: 15000 } : {}))(),
    },
  })
  await app.tap('¥50')
  await app.tap('充值 ¥50.00')
  await app.shows('正在确认到账')
  isPaid = true
  await app.shows('¥50.00 已到账')
  await app.shows('150.00')
  expect(app.calls.find(({ path }) => path.endsWith('/top-ups')).body).toEqual({ amount_fen: 5000, channel: 'wechat' })
})

test('Alipay is paid outside WeChat: the link is copied, the code shown, and the page follows until it is paid', async () => {
  let state = 'awaiting'
  const copied = []
  const app = await open('/pages/wallet/wallet', {
    mocks: { setClipboardData: ({ data }) => { copied.push(data) } },
    api: { 'POST /top-ups': () => ({ status: 201, body: byAlipay }), 'GET /payments/P1': () => told(payment(state))() },
  })
  await app.tap('支付宝')
  await app.tap('¥50')
  await app.tap('充值 ¥50.00')
  await app.shows('请在浏览器打开付款链接')
  await app.shows('请在 14:00 前付款')
  await app.tap('复制付款链接')
  expect(copied).toEqual([byAlipay.pay.link])
  expect(app.calls.find(({ path }) => path.endsWith('/top-ups')).body).toEqual({ amount_fen: 5000, channel: 'alipay' })
  state = 'paid'
  await app.shows('¥50.00 已到账')
})

test('an Alipay payment left open is gone on with by Alipay, and another way is another payment', async () => {
  const app = await open('/pages/wallet/wallet', {
    storage: { login_token: 'kept', 'kept:top_up': { at_ms: Date.now(), value: { amount_fen: 5000, channel: 'alipay', key: 'k', payment_no: 'P1' } } },
    mocks: { requestPayment: () => ({}) },
    api: {
      'POST /top-ups': ({ body }) => ({ status: 201, body: body.channel === 'alipay' ? byAlipay : started }),
      'GET /payments/P1': told(payment('awaiting')),
    },
  })
  await app.tap('继续支付 ¥50.00')
  await app.tap('换个金额或支付方式')
  await app.tap('¥50')
  await app.tap('充值 ¥50.00')
  await app.shows('正在确认到账')
  const asked = app.calls.filter(({ path }) => path.endsWith('/top-ups'))
  expect(asked.map(({ body }) => body.channel)).toEqual(['alipay', 'wechat'])
  expect(keysOf(app)[0]).toBe('k')
  expect(keysOf(app)[1]).not.toBe('k')
})

test('where only one channel is built in there is nothing to choose', async () => {
  const app = await open('/pages/wallet/wallet', { api: { 'GET /wallet': told(wallet({ top_up_channels: ['wechat'] })) } })
  await app.shows('微信支付')
  expect(app.text).not.toContain('支付宝')
})

const keysOf = (app) =>
  app.calls.filter(({ path }) => path.endsWith('/top-ups')).map(({ headers }) => headers['idempotency-key'])

test.each(['cancel', 'fail the phone was killed', 'fail system error'])('after requestPayment: %s the server is asked before anything is said', async (reason) => {
  let state = 'awaiting'
  const app = await open('/pages/wallet/wallet', {
    mocks: { requestPayment: () => { throw new Error(reason) } },
    api: { 'POST /top-ups': () => ({ status: 201, body: started }), 'GET /payments/P1': () => told(payment(state))() },
  })
  await app.tap('¥50')
  await app.tap('充值 ¥50.00')
  await app.shows('充值 ¥50.00 还没有付款')
  await app.shows('没有扣款')
  state = 'paid'
  await app.tap('继续支付 ¥50.00')
  await app.shows('¥50.00 已到账')
  expect(keysOf(app)).toHaveLength(1)
})

test('what was paid although WeChat said no is told as paid, without a second payment', async () => {
  const app = await open('/pages/wallet/wallet', {
    mocks: { requestPayment: () => { throw new Error('fail') } },
    api: { 'POST /top-ups': () => ({ status: 201, body: started }), 'GET /payments/P1': told(payment('paid')) },
  })
  await app.tap('¥50')
  await app.tap('充值 ¥50.00')
  await app.shows('¥50.00 已到账')
  expect(keysOf(app)).toHaveLength(1)
})

test('the open payment is gone on with, never another one', async () => {
  let sheets = 0
  const app = await open('/pages/wallet/wallet', {
    mocks: { requestPayment: () => { if ((sheets += 1) === 1) throw new Error('cancel'); return {} } },
    api: {
      'POST /top-ups': () => ({ status: 201, body: started }),
      'GET /payments/P1': () => told(payment(sheets < 2 ? 'awaiting' : 'paid'))(),
    },
  })
  await app.tap('¥50')
  await app.tap('充值 ¥50.00')
  await app.tap('继续支付 ¥50.00')
  await app.shows('¥50.00 已到账')
  expect([sheets, new Set(keysOf(app)).size]).toEqual([2, 1])
})

test('while nobody can say whether it was paid nothing else can be paid', async () => {
  let answer = { status: 504, body: refusal('channel_outcome_unknown') }
  const app = await open('/pages/wallet/wallet', {
    storage: { login_token: 'kept', 'kept:top_up': { value: { amount_fen: 5000, key: 'k', payment_no: 'P1' }, at_ms: Date.now() } },
    api: { 'GET /payments/P1': () => answer },
  })
  await app.shows('还不知道 ¥50.00 有没有付成功')
  expect(app.text).not.toContain('支付方式')
  answer = told(payment('paid'))()
  await app.tap('再查一次')
  await app.shows('¥50.00 已到账')
})

test('a top-up whose answer was lost is asked for with the same key after the app was closed', async () => {
  const lost = { amount_fen: 5000, key: 'the-key', payment_no: '' }
  const app = await open('/pages/wallet/wallet', {
    storage: { login_token: 'kept', 'kept:top_up': { value: lost, at_ms: Date.now() } },
    mocks: { requestPayment: () => ({}) },
    api: { 'POST /top-ups': () => ({ status: 201, body: started }), 'GET /payments/P1': told(payment('paid')) },
  })
  await app.tap('继续支付 ¥50.00')
  await app.shows('¥50.00 已到账')
  expect(keysOf(app)).toEqual(['the-key'])
})

test('another sum is another payment, after the first was asked about', async () => {
  const app = await open('/pages/wallet/wallet', {
    mocks: { requestPayment: () => { throw new Error('cancel') } },
    api: { 'POST /top-ups': () => ({ status: 201, body: started }), 'GET /payments/P1': told(payment('awaiting')) },
  })
  await app.tap('¥50')
  await app.tap('充值 ¥50.00')
  await app.tap('换个金额')
  await app.tap('¥100')
  await app.tap('充值 ¥100.00')
  await app.shows('充值 ¥100.00 还没有付款')
  expect(new Set(keysOf(app)).size).toBe(2)
})

test('an amount outside what is allowed is refused before it is sent', async () => {
  const app = await open('/pages/wallet/wallet')
  await app.shows('充值 ¥30.00')
  await app.type('.custom', '0.5')
  await app.shows('请输入 ¥1.00 – ¥5,000.00 之间的金额')
})

test('what a start needs is offered first', async () => {
  const app = await open('/pages/wallet/wallet?need_fen=321')
  await app.shows('最少要充')
  await app.shows('充值 ¥4.00')
})

const point = (at, power) => ({ at, power_w: power, energy_wh: 0 })

test('orders stand under their month and lead to the bill', async () => {
  const summary = {
    order_no: 'O1', session_no: 'S1', kind: 'charging', state: 'settled', station_name: '月光码头充电站',
    started_at: '2026-10-31T16:30:00Z', ended_at: '2026-10-31T17:00:00Z', energy_wh: 12345, total_fen: 1294, debt_fen: 0,
  }
  const app = await open('/pages/orders/orders', {
    api: {
      'GET /orders': told({ orders: [summary], next_cursor: null, months: [{ month: '2026-11', charges: 3, energy_wh: 32000, total_fen: 4703 }] }),
      'GET /orders/O1': told(order()),
      'GET /orders/O1/curve': told({ points: [point('2026-11-23T04:05:00Z', 60000), point('2026-11-23T04:10:00Z', 30000)] }),
    },
  })
  await app.shows('2026年11月')
  await app.shows('3 次 · 32.00 度 · ¥47.03')
  await app.shows('11月1日 00:30 · 12.35 度')
  await app.tap('.order')
  await app.shows('您在小程序停止')
  await app.shows('最高 60.0 kW')
})

test('no orders yet says where they will appear', async () => {
  const app = await open('/pages/orders/orders')
  await app.shows('还没有充电记录')
})

test('a provisional bill warns that it may change', async () => {
  const app = await open('/pages/order/order?order_no=O1', {
    api: { 'GET /orders/O1': told(order({ state: 'provisional', is_estimated: true, settled_at: null })) },
  })
  await app.shows('暂按已知的电量收费')
})

test('a charge that was billed unheard can still be stopped', async () => {
  const settled = session({ state: 'settled', order_no: 'O1', allowed_actions: ['stop', 'view_order'] })
  const app = await open('/pages/order/order?order_no=O1', {
    mocks: { showModal: () => ({ confirm: true }) },
    api: {
      'GET /orders/O1': told(order({ state: 'provisional', is_estimated: true })),
      'GET /sessions/S1': told(settled),
      'POST /sessions/S1/stop': told(settled),
    },
  })
  await app.shows('如果车还在充')
  await app.tap('停止充电')
  await app.shows('停止指令已下发')
  expect(app.calls.filter(({ path }) => path.endsWith('/stop'))).toHaveLength(1)
})

test('logging out asks first and offers to come back', async () => {
  const app = await open('/pages/me/me', {
    api: { 'POST /logout': () => ({ status: 204, body: null }), 'POST /login': told({ token: 'new' }) },
    mocks: { login: () => ({ code: 'code-1' }) },
  })
  await app.tap('退出登录')
  await app.shows('退出登录？')
  await app.tap(app.window.document.querySelector('.mp-layer button:last-of-type'))
  await app.shows('您已退出登录')
  await app.tap('微信登录')
  await app.shows('可用余额')
})

test('a page without a network says so in a banner', async () => {
  const app = await open('/pages/me/me', { scene: { isOnline: false, mayLocate: true } })
  await app.shows('网络已断开')
  await app.shows('重试')
})

const proof = {
  order_no: 'O1', session_no: 'S1', kind: 'charging', state: 'settled', station_name: '城西站', pile_name: '1号桩', connector_no: 'P00101',
  started_at: '2026-11-23T02:00:00Z', ended_at: '2026-11-23T02:20:00Z', settled_at: '2026-11-23T02:20:05Z', tariff_name: '快充',
  tariff_version: 3, frozen_at: '2026-11-23T02:00:00Z', register_start_wh: 1_000_000, register_end_wh: 1_010_000, meter_wh: 10_000,
  energy_wh: 10_000, is_estimated: false,
  segments: [{
    from_at: '2026-11-23T02:00:00Z', to_at: '2026-11-23T02:20:00Z', local_date: '2026-11-23', start_slot: 20, energy_wh: 10_000,
    rate_band: 'flat', electricity_e5: 86_000, service_e5: 24_000,
  }],
  lines: [{
    local_date: '2026-11-23', start_slot: 20, end_slot: 21, rate_band: 'flat', component: 'electricity', energy_wh: 10_000,
    price_e5: 86_000, exact_fen_e6: 860_000_000, fee_fen: 860,
  }],
  corrected_lines: 0, electricity_fen: 860, service_fen: 240, total_fen: 1100, recomputed_fen: 1100, held_fen: 1000,
  captured_fen: 1000, released_fen: 0, debt_fen: 0, written_off_fen: 100, movements: [], refunds: [], outcome: null,
}

test('an order is proved by meter, energy, prices and money, and one that does not come out says so', async () => {
  const app = await open('/pages/proof/proof?order_no=O1', { api: { 'GET /orders/O1/proof': told(proof) } })
  await app.shows('按下面的数字重新算一遍，和账单一样：¥11.00')
  await app.shows('1010.000 度')
  await app.shows('10.000 度 × 0.8600 ＝ 8.60')
  await app.shows('超出预付，不向您收取¥1.00')
  const other = await open('/pages/proof/proof?order_no=O1', { api: { 'GET /orders/O1/proof': told({ ...proof, recomputed_fen: 1101 }) } })
  await other.shows('算出来是 ¥11.01，账单是 ¥11.00，请联系客服')
})
