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
  await app.shows('没有获得您的位置，距离从“苏州”算起，点这里更换')
  await app.shows('苏州中心超级充电站')
})

test('a position allowed after it was refused is found on the next visit, with distances from there', async () => {
  const asked = []
  const app = await open(HOME, {
    scene: { isOnline: true, mayLocate: false },
    api: {
      'GET /stations/nearby': ({ query }) => {
        asked.push(query.lng)
        return told({ stations: [card()] })()
      },
    },
  })
  await app.shows('距离从“苏州”算起')
  app.window.preview.scene.change({ mayLocate: true })
  app.page.onHide()
  app.page.onShow()
  await app.until(() => !app.text.includes('没有获得您的位置') && app.text.includes('我的位置'))
  await app.shows('345米')
  expect(app.text).not.toContain('算起')
  expect(asked.at(-1)).not.toBe(asked[0])
})

test('a place that was chosen keeps its distances and says where they are measured from', async () => {
  const app = await open(HOME, { mocks: { showActionSheet: () => ({ tapIndex: 1 }) } })
  await app.shows('我的位置')
  await app.tap('.place')
  await app.shows('距离从“上海”算起')
  await app.shows('345米')
})

test('an answer for the place before does not come over the new one', async () => {
  let answerFirst
  const first = new Promise((resolve) => { answerFirst = resolve })
  let asked = 0
  const app = await open(HOME, {
    mocks: { showActionSheet: () => ({ tapIndex: 1 }) },
    api: {
      'GET /stations/nearby': async () => {
        asked += 1
        if (asked === 1) await first
        return told({ stations: [card({ name: asked === 1 ? '旧的站' : '新的站' })] })()
      },
    },
  })
  await app.until(() => asked === 1)
  await app.tap('.place')
  await app.shows('新的站')
  answerFirst()
  await app.until(() => app.calls.length > 2)
  expect(app.text).not.toContain('旧的站')
})

test('a tapped pin brings its card to the top of the list wherever that was scrolled to', async () => {
  const far = card({ station_no: 'Z2', name: '远处的站', lat: 31.5, lng: 120.9, distance_m: 9000 })
  const app = await open(HOME, { api: { 'GET /stations/nearby': told({ stations: [card(), far] }) } })
  await app.shows('远处的站')
  await app.until(() => app.page.data.markers.length > 0)
  const place = app.page.data.markers.findIndex(({ ariaLabel }) => ariaLabel.includes('远处的站'))
  app.page.choose({ detail: { markerId: place } })
  const told_ = app.page.data
  expect([told_.chosen_no, told_.into]).toEqual([app.page.groups[0][0].station_no, 'list-top'])
  expect(told_.cards[0].station_no).toBe(told_.chosen_no)
})

test('a search moves the map to what it found', async () => {
  const far = card({ station_no: 'Z2', name: '远处的站', lat: 31.5, lng: 120.9 })
  const app = await open(HOME, { api: { 'GET /stations/nearby': told({ stations: [card(), far] }) } })
  await app.shows('远处的站')
  const fitted = []
  app.window.wx.createMapContext = () => ({ includePoints: ({ points }) => fitted.push(points) })
  await app.type('.search', '远处')
  expect(fitted.at(-1)).toEqual([{ latitude: 31.5, longitude: 120.9 }])
})

test('the parking fee is told as such', async () => {
  const app = await open(HOME, { api: { 'GET /stations/nearby': told({ stations: [card({ parking_fee: '10元/次，充电免费' })] }) } })
  await app.shows('停车：10元/次，充电免费')
})

test('a card tells whether its station takes cars, what is there, and shows its first photo', async () => {
  const shut = { is_open: false, is_known: true, is_always: false, is_closed: false, changes_at: '2026-11-23T22:00:00Z' }
  const stations = [
    card({ cover_url: '/api/v1/driver/photos/abc' }),
    card({ station_no: 'Z2', name: '打烊的站', open_now: shut, amenities: [] }),
    card({ station_no: 'Z3', name: '以前存下的站', open_now: undefined, amenities: undefined, cover_url: undefined }),
  ]
  const app = await open(HOME, { api: { 'GET /stations/nearby': told({ stations }) } })
  await app.shows('营业中')
  await app.shows('洗手间')
  await app.shows('明日 06:00 营业')
  await app.shows('以前存下的站')
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
