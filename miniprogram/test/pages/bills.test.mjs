import { expect, test } from 'vitest'
import { bill, order, told } from '../answers.mjs'
import { open } from './opened.mjs'

const movement = (entryNo, kind, sum, change = {}) => ({
  entry_no: entryNo, kind, bill_kind: 'charging', at: '2026-11-23T03:28:00Z', sum_fen: sum, available_fen: 0, held_fen: 0,
  debt_fen: 0, station_name: '', pile_name: '', connector_no: '', order_no: '', channel: null, note: '', ...change,
})
const GUN = { station_name: '月光码头充电站', pile_name: '1号快充桩', connector_no: '3205000000000101' }
const MOVEMENTS = [
  movement('E4', 'settle', -1950, { ...GUN, order_no: 'O1', available_fen: 50, held_fen: -2000 }),
  movement('E3', 'hold', 0, { ...GUN, available_fen: -2000, held_fen: 2000 }),
  movement('E2', 'refund', -2000, { channel: 'alipay' }),
  movement('E1', 'top_up', 10000, { channel: 'wechat', available_fen: 10000 }),
]

test('a month tells its sums, and each movement where, through what and what became of the hold', async () => {
  const app = await open('/pages/bills/bills', {
    api: { 'GET /bills': told(bill({ movements: MOVEMENTS })), 'GET /orders/O1': told(order()) },
  })
  for (const text of ['2026年11月', '¥50.50', '充值与预付', '¥20.00', '充电-¥19.50', '月光码头充电站 · 1号快充桩 · 枪 3205000000000101', '退回暂扣 ¥0.50', '暂扣 ¥20.00，多退', '退款-¥20.00', '支付宝', '充值+¥100.00']) {
    await app.shows(text)
  }
  await app.tap('充电-¥19.50')
  await app.shows('费用明细')
})

test('a month and a kind are asked for by themselves, and no later month than the present one', async () => {
  const app = await open('/pages/bills/bills', {
    api: { 'GET /bills': ({ query }) => told(bill({ month: query.month || '2026-11' }))() },
  })
  await app.shows('2026年11月')
  await app.tap('[aria-label="下个月"]')
  await app.tap('[aria-label="上个月"]')
  await app.shows('2026年10月')
  await app.tap('退款')
  await app.shows('这个月没有这类记录')
  const asked = app.calls.filter(({ path }) => path.includes('/bills')).map(({ query }) => query)
  expect(asked.at(-1)).toEqual({ month: '2026-10', kind: 'refund' })
  expect(asked.some(({ month }) => month === '2026-12')).toBe(false)
})
