import { expect, test } from 'vitest'
import { card, session, told } from '../answers.mjs'
import { refusal } from '../source.mjs'
import { open } from './opened.mjs'

const HOME = '/pages/index/index'

test('a station shows what is free and the price apart and as a sum', async () => {
  const app = await open(HOME)
  await app.shows('苏州中心超级充电站')
  await app.shows('空闲 3/7')
  await app.shows('1.0483 元/度')
  await app.shows('电费 0.6483 ＋ 服务费 0.4000')
  await app.shows('到 17:00，之后 1.5647 元/度')
  expect(app.page.data.markers[0].callout.content).toBe('3/7 ¥1.05')
})

test('a refused location shows the first city and how to change it', async () => {
  const app = await open(HOME, { scene: { isOnline: true, mayLocate: false } })
  await app.shows('没有获得您的位置，现在显示苏州附近的充电站')
  await app.shows('苏州中心超级充电站')
})

test('the list is searched by name and a search without a hit can be cleared', async () => {
  const app = await open(HOME)
  await app.shows('苏州中心超级充电站')
  await app.type('.search', '不存在')
  await app.shows('没有符合条件的充电站')
  await app.tap('清空筛选')
  await app.shows('苏州中心超级充电站')
})

test('nothing within 20 km offers 50 km', async () => {
  const radii = []
  const app = await open(HOME, {
    api: {
      'GET /stations/nearby': ({ query }) => {
        radii.push(query.radius_m)
        return told({ stations: query.radius_m === '50000' ? [card()] : [] })()
      },
    },
  })
  await app.shows('附近 20 公里内没有充电站')
  await app.tap('扩大到 50 公里')
  await app.shows('苏州中心超级充电站')
  expect(radii).toEqual(['20000', '50000'])
})

test('a running session stands on the home page and leads to it', async () => {
  const app = await open(HOME, {
    api: { 'GET /sessions/live': told({ session: session() }), 'GET /sessions/S1': told(session()) },
  })
  await app.shows('充电中 · 电量 62%')
  await app.tap('.bar')
  await app.until(() => app.page.route === 'pages/charging/charging')
  await app.shows('2.345')
})

test('an error tells its request number and can be retried', async () => {
  let isBroken = true
  const app = await open(HOME, {
    api: {
      'GET /stations/nearby': () =>
        isBroken ? { status: 500, body: refusal('internal_error', '系统开小差了') } : told({ stations: [card()] })(),
    },
  })
  await app.shows('请求编号 request-1')
  isBroken = false
  await app.tap('重试')
  await app.shows('苏州中心超级充电站')
})
