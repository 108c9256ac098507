/** A pile's way on line at the desk: entered, given a secret that is shown once, waited for, and sheets told row by row. */

import { beforeEach, expect, test, vi } from 'vitest'

import BatchResult from '@/kit/BatchResult.vue'
import PileTable from '@/kit/PileTable.vue'
import PileInstallPage from '@/pages/piles/PileInstallPage.vue'
import PileNewPage from '@/pages/piles/PileNewPage.vue'
import { toKilowatts, toWatts } from '@/pages/piles/pile_form'
import { wordsOf } from '@/pages/piles/arrival'
import type { PileArrival } from '@/api/types'

import { asked, button, enter, find, open, profile, sees, serve, shown, staffAnswers } from './pages'

const AT = '2026-11-23T03:20:00Z'
const arrival: PileArrival = {
  pile_no: 'P001', station_no: 'Z1', state: 'no_secret', account: 'none', account_problem: null, secret_issued_at: null,
  connected_at: null, refused_at: null, unnamed_refusal_at: null, heard_at: null, firmware: '', clock_offset_ms: null,
  connectors: [{ connector_no: 'P00101', gun: 1, is_told: false }], quarantined: [],
}
const sheet = {
  pile: {
    pile_no: 'P001', name: '1号桩', station_name: '东站', guns: 1, secret: 'the-secret-of-the-pile', username: 'P001', client_id: 'P001',
    publish_topic: 'cp/v1/P001/up/{消息名}', subscribe_topic: 'cp/v1/P001/down/#', issued_at: AT,
  },
  broker: { host: 'mqtt.example.com', port: 8883, is_tls: true, ca_certificate: '' },
}
let now: PileArrival = arrival

beforeEach(async () => {
  now = arrival
  serve({
    ...staffAnswers,
    'GET /me': () => ({ body: { ...profile, permissions: ['pile.read', 'pile.secret', 'pile.test'] } }),
    'GET /piles/P001/arrival': () => ({ body: now }),
    'POST /piles/P001/secret': () => {
      now = { ...arrival, state: 'ready', account: 'taken', secret_issued_at: AT, heard_at: AT }
      return { body: sheet }
    },
  })
  await enter()
})

test('a secret is shown once with all that is typed in, and the page turns green by itself', async () => {
  await open(PileInstallPage, '/', { pileNo: 'P001' })
  await sees('还没有发放密钥')
  button('发放密钥').click()
  await sees('the-secret-of-the-pile')
  expect(shown()).toContain('mqtt.example.com')
  expect(shown()).toContain('cp/v1/P001/up/{消息名}')
  expect(shown()).toContain('只显示这一次')
  await sees('已上线，可以充电')
  expect(asked.filter((one) => one.path === '/piles/P001/secret')).toHaveLength(1)
})

test('what stands in the way is said with what to do, and no more than is known', () => {
  const away = wordsOf({ ...arrival, state: 'account_stuck', account: 'stuck', account_problem: 'broker_away' })
  expect(away.detail).toContain('连不上消息服务器')
  expect(wordsOf({ ...arrival, state: 'account_stuck', account: 'stuck' }).detail).toContain('账号同步没有运行')
  expect(wordsOf({ ...arrival, state: 'not_connected' }).todo.length).toBeGreaterThan(2)
  expect(wordsOf({ ...arrival, state: 'not_connected' }).todo.join()).not.toContain('开了加密')
})

test('a pile that has never been on line is not said to be late or gone', async () => {
  const connector = { connector_no: 'P00101', gun: 1, group: 'offline', status: 'offline', is_stale: true, reported_at: null, power_w: null, session_no: null, fault_codes: '' }
  const pile = { pile_no: 'P001', name: '1号桩', is_online: false, last_seen_at: null, kind: 'dc', rated_w: 7_000, vendor: '', model: '', firmware: '', connectors: [connector] }
  await open(PileTable, '/', { piles: [pile] })
  await sees('1号枪从未上线')
  expect(shown()).not.toMatch(/离线|数据延迟/)
  await open(PileTable, '/', { piles: [{ ...pile, last_seen_at: AT }] })
  await sees('1号枪离线数据延迟')
})

test('kilowatts become watts without a float in between', () => {
  expect(['7', '7.2', '0.1', '120.005', '1e3', '-1', ''].map(toWatts)).toEqual([7_000, 7_200, 100, 120_005, null, null, null])
  expect(toKilowatts(7_200)).toBe('7.2')
})

test('a batch says how many are done and why each other is not', async () => {
  await open(BatchResult, '/', { done: 2, unit: '台', verb: '新增', failed: [{ name: 'P003', reason: '已经有了' }] })
  await sees('2 台新增成功 / 1 台失败')
  expect(shown()).toContain('P003：已经有了')
})

test('the only station is chosen for a new pile, without a question on leaving', async () => {
  const stations = [{ station_no: 'Z1', name: '东站' }]
  serve({
    ...staffAnswers,
    'GET /me': () => ({ body: { ...profile, permissions: ['station.read', 'pile.read', 'pile.edit'] } }),
    'GET /stations': () => ({ body: { stations, prev_cursor: null, next_cursor: null, total: { count: 1, is_capped: false } } }),
  })
  await enter()
  await open(PileNewPage)
  await vi.waitFor(() => expect(find('.el-select__placeholder').textContent).toContain('东站'), { timeout: 30_000 })
  expect(shown()).not.toContain('有未保存的修改')
})
