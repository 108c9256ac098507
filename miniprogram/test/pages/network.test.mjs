// What the pages say and keep while the network is away, and when it is back.
import { expect, test } from 'vitest'
import { card, order, session, told } from '../answers.mjs'
import { refusal } from '../source.mjs'
import { open } from './opened.mjs'

const HOME = '/pages/index/index'
const CHARGING = '/pages/charging/charging?session_no=S1'
const LIVE = 'GET /sessions/live'
const READ = 'GET /sessions/S1'
const OFFLINE = { isOnline: false, mayLocate: true }
const MINUTES_AGO_MS = 3 * 60_000

const goOffline = (app) => app.window.preview.scene.change({ isOnline: false })
const goOnline = (app) => app.window.preview.scene.change({ isOnline: true })
const kept = (value) => ({ login_token: 'kept', 'kept:session': { value, at_ms: Date.now() - MINUTES_AGO_MS } })
const running = () => ({ [LIVE]: told({ session: session() }), [READ]: told(session()) })

test('off line no clock runs, nothing claims to be charging now, and the page says how old it is', async () => {
  const app = await open(CHARGING, { api: running() })
  await app.shows('正在充电，可以放心离开')
  goOffline(app)
  await app.shows('手机收不到充电情况，充电不受影响')
  await app.shows('收不到最新情况，这里是')
  expect(app.text).not.toContain('可以放心离开')
  expect(app.text).not.toContain('每 5 秒刷新')
  const stopped = app.page.data.session.elapsed
  app.page.tick()
  expect(app.page.data.session.elapsed).toBe(stopped)
  goOnline(app)
  await app.shows('正在充电，可以放心离开')
  expect(app.text).not.toContain('收不到最新情况')
})

test('a stop without a network says that it did not stop and where it can be stopped', async () => {
  const app = await open(CHARGING, { api: running() })
  await app.shows('2.345')
  goOffline(app)
  await app.tap('停止充电')
  await app.tap(app.window.document.querySelector('.mp-layer button:last-of-type'))
  await app.shows('未停止，可在桩上停止')
  expect(app.calls.some(({ path }) => path.endsWith('/stop'))).toBe(false)
})

test('a stop whose answer was lost does not claim to know', async () => {
  const app = await open(CHARGING, { api: { ...running(), 'POST /sessions/S1/stop': () => ({ status: 502, body: null }) } })
  await app.tap('停止充电')
  await app.tap(app.window.document.querySelector('.mp-layer button:last-of-type'))
  await app.shows('没有收到答复，可能还没有停止。可在桩上停止')
})

test('opened again without a network the bar is there with its age and leads to what was last known', async () => {
  const app = await open(HOME, { scene: OFFLINE, storage: kept(session()) })
  await app.shows('3分钟前：充电中 · 电量 62%')
  await app.tap('.bar')
  await app.until(() => app.page.route === 'pages/charging/charging')
  await app.shows('2.345')
  await app.shows('收不到最新情况，这里是3分钟前的内容')
})

test('the bar without a network is true again as soon as the network is back', async () => {
  const now = session({ energy_wh: 5000 })
  const api = { [LIVE]: told({ session: now }), [READ]: told(now) }
  const app = await open(HOME, { scene: OFFLINE, storage: kept(session()), api })
  await app.shows('3分钟前：充电中')
  goOnline(app)
  await app.shows('5.00 度')
  expect(app.text).not.toContain('3分钟前')
})

test('a session that was seen is kept on the phone', async () => {
  const app = await open(HOME, { api: running() })
  await app.shows('充电中 · 电量 62%')
  expect(JSON.parse(app.window.localStorage.getItem('wx:kept:session')).value.session_no).toBe('S1')
})

test('a charge that ended while the app was closed is told on return, until its bill was looked at', async () => {
  const over = session({ state: 'settled', allowed_actions: [], order_no: 'O1', energy_wh: 12345, total_fen: 1294 })
  const app = await open(HOME, { storage: kept(session()), api: { [READ]: told(over), 'GET /orders/O1': told(order()) } })
  await app.shows('充电已结束，查看账单')
  await app.shows('¥12.94')
  await app.tap('.bar')
  await app.shows('费用明细')
  expect(app.window.localStorage.getItem('wx:kept:session')).toBeNull()
})

test('a start that failed while the app was closed is told on return', async () => {
  const failed = session({ state: 'failed', failure_reason: 'start_timeout', allowed_actions: [], meter: null })
  const app = await open(HOME, { storage: kept(session({ state: 'starting' })), api: { [READ]: told(failed) } })
  await app.shows('没有启动充电，查看原因')
  await app.tap('.bar')
  await app.shows('充电桩没有及时启动')
})

test.each([
  ['a list of stations', HOME, '苏州中心超级充电站'],
  ['a station', '/pages/station/station?station_no=Z1', '苏州大道西229号'],
  ['a confirmation', '/pages/confirm/confirm?text=3205000000000101', '启动充电'],
  ['the wallet', '/pages/wallet/wallet', '可用余额'],
  ['the driver’s page', '/pages/me/me', '可用余额'],
])('%s that lost its network stays and tells its age', async (_, address, text) => {
  const app = await open(address)
  await app.shows(text)
  goOffline(app)
  await app.shows('收不到最新情况，这里是')
  await app.shows(text)
})

test('the list of stations from before is shown without a network, with its age and from where it is measured', async () => {
  const place = { name: '上海', latitude: 31.23, longitude: 121.47, is_here: false }
  const storage = { login_token: 'kept', 'kept:stations': { value: { stations: [card()], place }, at_ms: Date.now() - MINUTES_AGO_MS } }
  const app = await open(HOME, { scene: OFFLINE, storage })
  await app.shows('收不到最新情况，这里是3分钟前的内容')
  await app.shows('距离从“上海”算起')
  await app.shows('345米')
})

test('a page that is no more leads home', async () => {
  const app = await open('/pages/gone/gone')
  await app.shows('苏州中心超级充电站')
})

test.each([
  ['a station that is gone', '/pages/station/station?station_no=gone', 'GET /stations/gone', 'station_not_found', ['看看附近的充电站']],
  ['an order that is not there', '/pages/order/order?order_no=gone', 'GET /orders/gone', 'order_not_found', ['查看充电订单', '回首页']],
  ['a server in trouble', '/pages/station/station?station_no=gone', 'GET /stations/gone', 'internal_error', ['重试', '联系客服', '回首页']],
])('%s has a way on', async (_, address, name, code, ways) => {
  const status = code === 'internal_error' ? 500 : 404
  const app = await open(address, { api: { [name]: () => ({ status, body: refusal(code, '出了点事') }) } })
  for (const way of ways) await app.shows(way)
  expect(app.text.includes('请求编号')).toBe(status === 500)
  if (ways.length < 3) {
    await app.tap(ways[0])
    await app.until(() => ['pages/index/index', 'pages/orders/orders'].includes(app.page.route))
  }
})
