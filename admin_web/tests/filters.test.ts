import { expect, test } from 'vitest'

import { parseDay } from '@/format/time'
import { amounts, choice, days, readFilters, station, text } from '@/kit/filters/schema'

const control = { template: '' }
const schema = [
  text('order_no', '订单编号', '订单编号', 8),
  days('充电结束日期'),
  station,
  choice('state', 'OrderState', { title: '订单状态', none: '全部状态', except: ['open'], more: { any: '任何' } }),
  amounts(control),
] as const

test('takes from an address what the list can be filtered by', () => {
  const query = { order_no: 'O1', from_date: '2026-11-01', station_no: 'Z1', state: 'any', least_fen: '1250', cursor: 'n.O1', limit: '50' }
  const { values, ignored, conflict } = readFilters(schema, query)
  expect(values).toEqual({ order_no: 'O1', from_date: '2026-11-01', to_date: null, station_no: 'Z1', state: 'any', least_fen: '1250', most_fen: null })
  expect([ignored, conflict]).toEqual([[], ''])
})

test.each([
  [{ state: 'x' }, '订单状态“x”不是可选的值，没有按它筛选。'],
  [{ state: 'open' }, '订单状态“open”不是可选的值，没有按它筛选。'],
  [{ state: ['settled', 'any'] }, '订单状态“settled、any”给了不止一个值，没有按它筛选。'],
  [{ order_no: 'O12345678' }, '订单编号“O12345678”超过 8 个字，没有按它筛选。'],
  [{ from_date: '2026-02-30' }, '开始日期“2026-02-30”不是有效的日期，没有按它筛选。'],
  [{ to_date: 'today' }, '结束日期“today”不是有效的日期，没有按它筛选。'],
  [{ station_no: 'Z'.repeat(40) }, `充电站“${'Z'.repeat(20)}…”不是充电站编号，没有按它筛选。`],
  [{ most_fen: '12.5' }, '金额不高于“12.5”不是金额，没有按它筛选。'],
  [{ driver_no: 'D1' }, '地址中的“driver_no”不是这个列表的筛选条件，没有按它筛选。'],
  [{ limit: '7' }, '每页条数只能是 20、50、100，没有按“7”显示。'],
])('says what of %j is not applied', (query, sentence) => {
  const { values, ignored } = readFilters(schema, query)
  expect(ignored).toEqual([sentence])
  expect(Object.values(values).every((value) => value === null)).toBe(true)
})

test('says that reversed dates leave nothing to ask for', () => {
  expect(readFilters(schema, { from_date: '2026-11-20', to_date: '2026-11-01' }).conflict).toBe(
    '开始日期 2026-11-20 晚于结束日期 2026-11-01',
  )
  expect(readFilters(schema, { from_date: '2026-11-01', to_date: '2026-11-01' }).conflict).toBe('')
})

test.each([
  ['2026-11-01', '2026-11-01'],
  [' 2026/1/9 ', '2026-01-09'],
  ['2026年11月1日', '2026-11-01'],
  ['20261101', '2026-11-01'],
  ['11-1', '2026-11-01'],
  ['11.1', '2026-11-01'],
  ['2026-02-30', null],
  ['2026-13-01', null],
  ['昨天', null],
])('a day typed as “%s” is %s', (typed, day) => {
  expect(parseDay(typed, new Date('2026-11-22T16:00:00Z'))).toBe(day)
})
