import { expect, test } from 'vitest'
import { CONNECTOR_NO, connector, estimate, session, told } from '../answers.mjs'
import { refusal } from '../source.mjs'
import { open } from './opened.mjs'

const CONFIRM = `/pages/confirm/confirm?text=${CONNECTOR_NO}`
const ESTIMATE = `GET /connectors/${CONNECTOR_NO}/estimate`
const started = { session_no: 'S1', state: 'starting', connector_no: CONNECTOR_NO, hold_fen: 10000, start_deadline_at: '2026-11-23T04:01:30Z' }

test('everything that will cost is told before the start', async () => {
  const app = await open(CONFIRM)
  for (const text of ['1号快充桩 1号枪', '1.0483', '电费 0.6483 ＋ 服务费 0.4000', '17:00 起', '1.5647', '电费 1.1147 ＋ 服务费 0.4500', '充 30 度约 ¥31.45', '23:00 后开始约 ¥18.65', '能省约 ¥12.80', '¥100.00', '约 95.4 度 · 35分钟', '没有启动成功则全部退回', '启动充电']) {
    await app.shows(text)
  }
})

test('nothing is promised for later where nothing is told', async () => {
  const found = connector()
  found.outlook = { ...found.outlook, later: null }
  const app = await open(CONFIRM, { api: { 'POST /connectors/resolve': told(found) } })
  await app.shows('充 30 度约 ¥31.45')
  expect(app.byText('后开始约')).toBeUndefined()
})

test('at a station that is shut the page says so and leads to others', async () => {
  const obstacle = { code: 'station_shut', message: '这座充电站现在不在营业时间，请换一座站或晚些再来。' }
  const found = connector({ is_startable: false, obstacle })
  found.station.open_now = { is_open: false, is_known: true, is_always: false, is_closed: false, changes_at: '2026-11-23T22:00:00Z' }
  const app = await open(CONFIRM, { api: { 'POST /connectors/resolve': told(found) } })
  await app.shows('现在不在营业时间')
  await app.shows('明日 06:00 营业')
  await app.tap('看看附近的充电站')
  await app.shows('苏州中心超级充电站')
})

test('a scanned link is asked as it was scanned', async () => {
  const link = 'https://charge.example.com/p/abcDEF1234'
  const app = await open(`/pages/confirm/confirm?q=${encodeURIComponent(link)}`)
  await app.shows('启动充电')
  expect(app.calls.find(({ path }) => path.endsWith('/resolve')).body).toEqual({ text: link })
})

test('a start leads to the charging page and sends an idempotency key', async () => {
  const app = await open(CONFIRM, {
    api: { 'POST /sessions': () => ({ status: 201, body: started }), 'GET /sessions/S1': told(session()) },
  })
  await app.tap('启动充电')
  await app.shows('2.345')
  const start = app.calls.find(({ method, path }) => method === 'POST' && path.endsWith('/sessions'))
  expect(start.body).toEqual({ connector_no: CONNECTOR_NO, limit_fen: null })
  expect(start.headers['idempotency-key'] ?? start.headers['Idempotency-Key']).toMatch(/^[!-~]{1,80}$/)
})

test('without a plug the page says so and cannot start', async () => {
  const obstacle = { code: 'connector_not_plugged', message: '还没有插枪：请先把充电枪插入车辆，再启动充电。' }
  const app = await open(CONFIRM, { api: { 'POST /connectors/resolve': told(connector({ is_startable: false, obstacle })) } })
  await app.shows('还没有插枪')
  await app.shows('插枪后即可启动')
  expect(app.byText('启动充电')).toBeUndefined()
})

test.each([
  ['a low balance', { [ESTIMATE]: told(estimate({ available_fen: 200, hold_fen: 0, short_fen: 300 })) }, '还差 ¥3.00', '去充值'],
  ['a debt', { [ESTIMATE]: told(estimate({ debt_fen: 1234, available_fen: 0 })) }, '¥12.34 欠费', '去充值'],
  ['a debt that the balance covers', { [ESTIMATE]: told(estimate({ debt_fen: 1234 })) }, '¥12.34 欠费', '去补缴'],
  ['a charge of one’s own', { 'GET /sessions/live': told({ session: session() }) }, '您有一次充电正在进行', '查看正在进行的充电'],
  [
    'a frozen account, whatever the connector,',
    {
      [ESTIMATE]: told(estimate({ obstacle: { code: 'driver_frozen', message: '您的账号被暂停使用，请联系客服 400-100-1000 处理。', opens: '', phone: '400-100-1000' } })),
      'POST /connectors/resolve': told(connector({ obstacle: { code: 'connector_not_plugged', message: '还没有插枪' } })),
    },
    '请联系客服 400-100-1000',
    '联系客服',
  ],
  [
    'a fault',
    { 'POST /connectors/resolve': told(connector({ obstacle: { code: 'connector_faulted', message: '这把充电枪出现故障' } })) },
    '这把充电枪出现故障',
    '看看本站其他枪',
  ],
])('%s has one next step', async (_, api, sentence, step) => {
  const app = await open(CONFIRM, { api })
  await app.shows(sentence)
  await app.shows(step)
  expect(app.byText('启动充电')).toBeUndefined()
})

test('a start refused by the server shows why and what to do', async () => {
  const app = await open(CONFIRM, {
    api: { 'POST /sessions': () => ({ status: 409, body: refusal('pile_offline', '充电桩已离线，暂时无法启动，请换一台充电桩。') }) },
  })
  await app.tap('启动充电')
  await app.shows('充电桩已离线')
  await app.shows('看看本站其他枪')
})

test('an unknown number offers to scan again', async () => {
  const app = await open(CONFIRM, {
    api: { 'POST /connectors/resolve': () => ({ status: 404, body: refusal('connector_not_found', '没有找到这把充电枪') }) },
  })
  await app.shows('没有找到这把充电枪')
  await app.shows('重新扫码')
})

test('a scanned link with a broken percent escape is asked as it stands and leads on', async () => {
  const app = await open('/pages/confirm/confirm?q=%E4%BD', {
    api: { 'POST /connectors/resolve': () => ({ status: 400, body: refusal('bad_qr_link', '这不是本平台的充电二维码') }) },
  })
  await app.shows('这不是本平台的充电二维码')
  await app.shows('重新扫码')
})

test('a wrong number is corrected where it was typed', async () => {
  const app = await open('/pages/confirm/confirm?text=32050000', {
    api: {
      'POST /connectors/resolve': ({ body }) =>
        body.text === CONNECTOR_NO ? told(connector())() : { status: 404, body: refusal('connector_not_found', '没有找到这把充电枪') },
    },
  })
  await app.tap('修改编号')
  await app.until(() => app.root.querySelector('.number, [class*="--number"] input')?.closest('wx-input, x-t-popup'))
  const field = app.root.querySelector('[class*="number"] input')
  expect([field.value, field.inputMode]).toEqual(['32050000', 'numeric'])
  await app.type(field, CONNECTOR_NO)
  await app.tap('下一步')
  await app.shows('1号快充桩 1号枪')
})

test('a balance below the least says what the least would buy', async () => {
  const app = await open(CONFIRM, {
    api: { [ESTIMATE]: told(estimate({ available_fen: 200, hold_fen: 0, short_fen: 300, energy_wh: 4769 })) },
  })
  await app.shows('最少要有 ¥5.00 才能启动，约可充 4.8 度')
})

test('a limit above the balance is said to end at the balance', async () => {
  const app = await open(CONFIRM, { mocks: { showModal: () => ({ confirm: true, content: '150' }) } })
  await app.tap('自定义')
  await app.shows('余额能用的只有 ¥100.00，充到 ¥100.00 就会停')
  await app.tap('不限')
  await app.until(() => !app.text.includes('就会停'))
})

test('a start whose answer was lost is looked for before anything is said', async () => {
  let isStarted = false
  const app = await open(CONFIRM, {
    api: {
      'POST /sessions': () => { isStarted = true; return { status: 502, body: null } },
      'GET /sessions/live': () => told({ session: isStarted ? session() : null })(),
      'GET /sessions/S1': told(session()),
    },
  })
  await app.tap('启动充电')
  await app.until(() => app.page.route === 'pages/charging/charging')
})

test('a start that nobody knows of says so and goes on with the same key', async () => {
  let isUp = false
  const app = await open(CONFIRM, {
    api: {
      'POST /sessions': () => (isUp ? { status: 201, body: started } : { status: 502, body: null }),
      'GET /sessions/S1': told(session()),
    },
  })
  await app.tap('启动充电')
  await app.shows('还不知道有没有启动')
  isUp = true
  await app.tap('启动充电')
  await app.until(() => app.page.route === 'pages/charging/charging')
  const keys = app.calls.filter(({ method, path }) => method === 'POST' && path.endsWith('/sessions')).map(({ headers }) => headers['idempotency-key'])
  expect(new Set(keys).size).toBe(1)
})

test.each([
  [10000, ['¥20', '¥30', '¥50', '¥100']],
  [6000, ['¥20', '¥50']],
  [4000, ['¥20', '¥30']],
])('limits fill their rows: a balance of %i fen', async (available, texts) => {
  const app = await open(CONFIRM, { api: { [ESTIMATE]: told(estimate({ available_fen: available, hold_fen: available })) } })
  await app.shows('自定义')
  expect(app.page.data.estimate.limits.map(({ text }) => text)).toEqual(texts)
})

test('a limit is estimated anew and started with', async () => {
  const app = await open(CONFIRM, {
    api: {
      [ESTIMATE]: ({ query }) => told(estimate(query.limit_fen === '5000' ? { hold_fen: 5000, energy_wh: 47690 } : {}))(),
      'POST /sessions': () => ({ status: 201, body: started }),
      'GET /sessions/S1': told(session()),
    },
  })
  await app.tap('¥50')
  await app.shows('约 47.7 度')
  await app.tap('启动充电')
  await app.shows('2.345')
  expect(app.calls.find(({ method, path }) => method === 'POST' && path.endsWith('/sessions')).body.limit_fen).toBe(5000)
})

test('a page left while it was asking follows nothing afterwards', async () => {
  let answer
  const asked = new Promise((resolve) => { answer = resolve })
  const app = await open(CONFIRM, { api: { 'POST /connectors/resolve': () => asked } })
  await app.until(() => app.calls.some(({ path }) => path.endsWith('/resolve')))
  app.window.wx.switchTab({ url: '/pages/me/me' })
  await app.shows('车主')
  answer(told(connector())())
  await app.until(() => app.calls.some(({ path }) => path.endsWith('/estimate')))
  expect(app.sockets).toEqual([])
})

test.each([[true, { connector_no: CONNECTOR_NO, limit_fen: null, is_own_car: true }], [false, null]])(
  'whose car is plugged in before the scan is asked, and without a yes nothing starts (%s)',
  async (confirm, body) => {
    const app = await open(CONFIRM, {
      mocks: { showModal: ({ title }) => ({ confirm: confirm && title === '这是您的车吗？' }) },
      api: {
        'POST /connectors/resolve': told(connector({ asks_whose_car: true })),
        'POST /sessions': () => ({ status: 201, body: started }),
        'GET /sessions/S1': told(session()),
      },
    })
    await app.tap('启动充电')
    await app.shows(confirm ? '2.345' : '请换一把枪')
    const start = app.calls.find(({ method, path }) => method === 'POST' && path.endsWith('/sessions'))
    expect(start ? start.body : null).toEqual(body)
  },
)

test('a gun on which another car hangs still says so and leads to the others', async () => {
  const app = await open(CONFIRM, { api: { [ESTIMATE]: told(estimate({ is_plug_claimed: true })) } })
  await app.shows('上一位车主的车还插在这把枪上')
  await app.shows('看看本站其他枪')
})
