/** What the lists have in common: filters that are said, dates by keyboard, page size, and the places in the address. */

import { beforeEach, expect, test } from 'vitest'

import { choice, text } from '@/kit/filters/schema'
import QueryForm from '@/kit/filters/QueryForm.vue'
import { useFilters } from '@/kit/filters/useFilters'
import DataTable from '@/kit/lists/DataTable.vue'
import OrderListPage from '@/pages/orders/OrderListPage.vue'
import SessionListPage from '@/pages/sessions/SessionListPage.vue'

import { asked, button, change, enter, errorOf, find, open, sees, serve, shown, staffAnswers, type Answers } from './pages'

const none = { prev_cursor: null, next_cursor: null, total: { count: 0, is_capped: false } }
const someStation = { station: { name: '观前街充电站' } }

function answers(more: Answers = {}): Answers {
  return {
    ...staffAnswers,
    'GET /stations': () => ({ body: { stations: [], ...none } }),
    'GET /stations/Z1': () => ({ body: someStation }),
    'GET /orders': () => ({ body: { orders: [], ...none } }),
    'GET /sessions': () => ({ body: { sessions: [], ...none } }),
    ...more,
  }
}

function queries(path = '/orders'): Record<string, string>[] {
  return asked.filter((one) => one.path === path).map(({ query }) => query)
}

beforeEach(async () => {
  serve(staffAnswers)
  await enter()
  asked.length = 0
  serve(answers())
})

test('shows each filter as a chip by its words, and takes one away at a time', async () => {
  const router = await open(OrderListPage, '/orders?state=corrected&station_no=Z1&from_date=2026-11-01&limit=50')
  await sees('订单状态已更正')
  await sees('充电站观前街充电站')
  await sees('开始日期2026-11-01')
  find('[aria-label="取消筛选：订单状态 已更正"]').click()
  await expect.poll(() => router.currentRoute.value.query).toEqual({ station_no: 'Z1', from_date: '2026-11-01', limit: '50' })
})

test('says which filters of the address it cannot apply, and does not ask for them', async () => {
  const router = await open(OrderListPage, '/orders?state=x&plate=P1&order_no=O1')
  await sees('订单状态“x”不是可选的值，没有按它筛选。')
  await sees('地址中的“plate”不是这个列表的筛选条件')
  await expect.poll(() => queries()).toEqual([{ order_no: 'O1', limit: '20' }])
  button('知道了').click()
  await expect.poll(() => router.currentRoute.value.query).toEqual({ order_no: 'O1' })
})

test('says that a station of the address is not there', async () => {
  await open(OrderListPage, '/orders?station_no=Z404')
  await sees('没有这座充电站，或它不在您可查看的范围内。')
})

test('does not ask for reversed dates but says so, and swaps them', async () => {
  await open(OrderListPage, '/orders?from_date=2026-11-20&to_date=2026-11-01')
  await sees('开始日期 2026-11-20 晚于结束日期 2026-11-01')
  expect(queries()).toEqual([])
  button('对调两个日期').click()
  await expect.poll(() => queries()).toEqual([{ from_date: '2026-11-01', to_date: '2026-11-20', limit: '20' }])
})

test('takes dates as they are typed, and says how where it cannot', async () => {
  const router = await open(OrderListPage, '/orders')
  change('[aria-label=开始日期]', '2026/11/2')
  await expect.poll(() => router.currentRoute.value.query).toEqual({ from_date: '2026-11-02' })
  change('[aria-label=结束日期]', '下周')
  await sees('结束日期请按 2026-11-01 这样填写')
  expect(router.currentRoute.value.query).toEqual({ from_date: '2026-11-02' })
})

test('keeps the page size when the filters are cleared, and for the next visit', async () => {
  const router = await open(OrderListPage, '/orders?state=corrected&limit=50')
  await sees('没有符合条件的充电订单')
  button('清空筛选').click()
  await expect.poll(() => router.currentRoute.value.query).toEqual({ limit: '50' })
  expect(queries().at(-1)).toEqual({ limit: '50' })
  localStorage.setItem('xinxiang.admin.page_size', '100')
  await open(OrderListPage, '/orders')
  await expect.poll(() => queries().at(-1)).toEqual({ limit: '100' })
})

test('leads back to the first page, filters kept, when a place in the list is gone', async () => {
  const gone = { status: 400, body: errorOf('invalid_cursor', '翻页位置已失效，请回到第一页重新查看。') }
  serve(answers({ 'GET /orders': ({ query }) => (query.cursor ? gone : { body: { orders: [], ...none } }) }))
  const router = await open(OrderListPage, '/orders?state=corrected&cursor=n.O1')
  await sees('翻页位置已失效')
  button('回到第一页').click()
  await expect.poll(() => router.currentRoute.value.query).toEqual({ state: 'corrected' })
})

test('sessions show the live ones, all of them, or those in one state', async () => {
  const router = await open(SessionListPage, '/sessions')
  await sees('现在没有正在进行的充电')
  expect(queries('/sessions')).toEqual([{ limit: '20' }])
  button('查看全部充电过程').click()
  await expect.poll(() => queries('/sessions').at(-1)).toEqual({ all: 'true', limit: '20' })
  await router.push('/sessions?state=review')
  await expect.poll(() => queries('/sessions').at(-1)).toEqual({ state: 'review', limit: '20' })
})

test('folds many conditions, but never one that is in use', async () => {
  const schema = [
    ...['a', 'b', 'c', 'd'].map((name) => text(name, `条件${name}`, `条件${name}`, 9)),
    choice('state', 'OrderState', { title: '订单状态', none: '全部状态' }),
  ]
  const page = { components: { QueryForm }, setup: () => ({ filters: useFilters(schema) }), template: '<QueryForm :filters="filters" />' }
  await open(page, '/?')
  expect(document.querySelectorAll('input[maxlength]').length).toBe(3)
  button('更多条件').click()
  await expect.poll(() => document.querySelectorAll('input[maxlength]').length).toBe(4)
  await open(page, '/?d=1')
  expect(document.querySelectorAll('input[maxlength]').length).toBe(4)
  expect(shown()).not.toContain('更多条件')
})

test('a row opens what its first cell leads to, unless something in it is pressed or marked', async () => {
  const page = {
    components: { DataTable },
    setup: () => ({ columns: [{ key: 'name', title: '名称' }, { key: 'do', title: '操作' }] }),
    template: `<DataTable caption="站" :columns="columns" :rows="['S1', 'S2']" :row-key="(row) => row">
      <template #name="{ row }"><RouterLink v-if="row === 'S1'" to="/stations/S1">{{ row }}</RouterLink><b v-else>{{ row }}</b></template>
      <template #do="{ row }"><i>空白</i><button type="button">停用</button></template>
    </DataTable>`,
  }
  const router = await open(page, '/piles')
  const [first, second] = document.querySelectorAll('tbody tr')
  first?.querySelector<HTMLElement>('button')?.click()
  second?.querySelector<HTMLElement>('i')?.click()
  getSelection()?.selectAllChildren(first!)
  first?.querySelector<HTMLElement>('i')?.click()
  getSelection()?.removeAllRanges()
  expect(router.currentRoute.value.path).toBe('/piles')
  first?.querySelector<HTMLElement>('i')?.click()
  await expect.poll(() => router.currentRoute.value.path).toBe('/stations/S1')
})
