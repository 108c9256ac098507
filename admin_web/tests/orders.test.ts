import { beforeEach, expect, test } from 'vitest'

import type { FeeLine } from '@/api/types'
import { toFeeRows } from '@/pages/orders/fee_rows'
import OrderListPage from '@/pages/orders/OrderListPage.vue'
import { staff } from '@/state/staff'

import { asked, button, enter, errorOf, open, sees, serve, shown, staffAnswers, type Answers } from './pages'

const row = {
  order_no: 'O1',
  session_no: 'S1',
  kind: 'charging',
  state: 'settled',
  station_no: 'Z1',
  station_name: '观前街充电站',
  pile_no: 'P1',
  connector_no: 'P101',
  driver_no: 'D1',
  started_at: '2026-11-23T03:00:00Z',
  ended_at: '2026-11-23T03:30:00Z',
  duration_s: 1800,
  energy_wh: 10_005,
  electricity_fen: 649,
  service_fen: 400,
  total_fen: 1_049,
  debt_fen: 0,
  is_estimated: false,
  has_discrepancy: false,
  settled_at: '2026-11-23T03:30:01Z',
}
const noStations = { stations: [], prev_cursor: null, next_cursor: null, total: { count: 0, is_capped: false } }

function answers(orders: Answers[string]): Answers {
  return { ...staffAnswers, 'GET /stations': () => ({ body: noStations }), 'GET /orders': orders }
}

const sums = { energy_wh: 5_000_000, electricity_fen: 320_000, service_fen: 200_000, total_fen: 520_000 }

function page(orders: unknown[], next: string | null = null, more: object = {}): { body: unknown } {
  const total = { count: 10_000, is_capped: true }
  return { body: { orders, prev_cursor: null, next_cursor: next, total, sums: null, searched: null, ...more } }
}

beforeEach(async () => {
  serve(staffAnswers)
  await enter()
  asked.length = 0
})

test('asks for what the address says and shows each order with its sums', async () => {
  serve(answers(() => page([row, { ...row, order_no: 'O2' }], 'n.O2')))
  await open(OrderListPage, '/orders?state=settled&from_date=2026-11-01&to_date=2026-11-23')
  await sees('观前街充电站')
  const [call] = asked.filter(({ path }) => path === '/orders')
  expect(call?.query).toEqual({ state: 'settled', from_date: '2026-11-01', to_date: '2026-11-23', limit: '20' })
  expect(shown()).toContain('2026-11-23 11:30:00')
  expect(shown()).toContain('本页 2 笔合计')
  expect(shown()).toContain('¥20.98')
  expect(shown()).toContain('共 10,000+ 条')
})

test('shows the sums of the whole filter beside those of the page, where the server has them', async () => {
  serve(answers(() => page([row], 'n.O1', { sums, total: { count: 500, is_capped: false } })))
  await open(OrderListPage, '/orders')
  await sees('本页 1 笔合计')
  expect(shown()).toContain('全部 500 笔合计5,000.00¥3,200.00¥2,000.00¥5,200.00')
  serve(answers(() => page([row], null, { sums, total: { count: 1, is_capped: false } })))
  await open(OrderListPage, '/orders')
  await sees('1 笔合计')
  expect(shown()).not.toContain('全部 1 笔')
})

test('says that a test charge cost nobody anything, and leaves it out of the sums of the page', async () => {
  serve(answers(() => page([row, { ...row, order_no: 'O2', is_test: true }], 'n.O2')))
  await open(OrderListPage, '/orders')
  await sees('试充电，不收费')
  expect(shown()).toContain('本页 2 笔合计（不含试充电）')
  expect(shown()).not.toContain('¥20.98')
})

test('says in how many orders a part of a number was looked for', async () => {
  serve(answers(() => page([row], null, { searched: 2_000 })))
  await open(OrderListPage, '/orders?order_no=w8h9')
  await sees('只在最近 2,000 笔订单中查找了“w8h9”')
})

test('turns the page by the cursor and keeps the filters in the address', async () => {
  serve(answers(() => page([row], 'n.O1')))
  const router = await open(OrderListPage, '/orders?state=settled')
  await sees('观前街充电站')
  button('下一页').click()
  await expect.poll(() => router.currentRoute.value.query).toEqual({ state: 'settled', cursor: 'n.O1' })
  await expect.poll(() => asked.at(-1)?.query.cursor).toBe('n.O1')
  expect(button('上一页').disabled).toBe(true)
})

test('says why nothing is found and offers the way out', async () => {
  serve(answers(({ query }) => page(query.state ? [] : [row])))
  await open(OrderListPage, '/orders?state=corrected')
  await sees('没有符合条件的充电订单')
  button('清空筛选').click()
  await sees('观前街充电站')
})

test('shows an error with its request number, and what came instead after a retry', async () => {
  let isDown = true
  serve(answers(() => (isDown ? { status: 503, body: errorOf('service_unavailable', '服务繁忙') } : page([row]))))
  await open(OrderListPage, '/orders')
  await sees('请求编号：REQ1')
  isDown = false
  button('重试').click()
  await sees('观前街充电站')
})

test('keeps the rows when a later request fails, and says how old they are', async () => {
  let isDown = false
  serve(answers(() => (isDown ? { status: 503, body: errorOf('service_unavailable', '服务繁忙。') } : page([row], 'n.O1'))))
  await open(OrderListPage, '/orders')
  await sees('观前街充电站')
  isDown = true
  button('下一页').click()
  await sees('服务繁忙。下面仍是之前的内容')
  expect(shown()).toContain('观前街充电站')
})

test('asks for the password when the token ran out, and loads again after it', async () => {
  let isExpired = true
  serve(answers(() => (isExpired ? { status: 401, body: errorOf('unauthenticated', '请重新登录') } : page([row]))))
  await open(OrderListPage, '/orders')
  await expect.poll(() => staff.isExpired).toBe(true)
  isExpired = false
  await enter()
  await sees('观前街充电站')
  expect(staff.isExpired).toBe(false)
})

test('tells when the server cannot be reached', async () => {
  serve(answers(() => new TypeError('Failed to fetch')))
  await open(OrderListPage, '/orders')
  await sees('网络已断开')
})

test('puts electricity and service of one period side by side, and a second line of one kind below', () => {
  const line: FeeLine = {
    local_date: '2026-11-23',
    start_slot: 22,
    end_slot: 34,
    rate_band: 'flat',
    component: 'electricity',
    energy_wh: 1_919,
    price_e5: 64_830,
    fee_fen: 124,
    note: '',
  }
  const rows = toFeeRows([line, { ...line, component: 'service', fee_fen: 77 }, { ...line, fee_fen: 1 }])
  expect(rows.map(({ feeFen }) => feeFen)).toEqual([201, 1])
  expect(rows[0]?.lines.service?.fee_fen).toBe(77)
})
