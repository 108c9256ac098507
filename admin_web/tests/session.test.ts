/** A charge at the desk: what is shown once it is over, and its stop, which names it, wants a reason, and ends with it. */

import { beforeEach, expect, test } from 'vitest'

import FaultWords from '@/kit/FaultWords.vue'
import { powerOption } from '@/pages/sessions/power_option'
import SessionPage from '@/pages/sessions/SessionPage.vue'

import { asked, button, enter, errorOf, find, open, sees, serve, shown, staffAnswers, type, type Answers } from './pages'

const meter = {
  at: '2026-11-23T03:20:00Z',
  is_stale: false,
  power_w: 61_500,
  voltage_mv: 400_000,
  current_ma: 150_000,
  soc_percent: 82,
  temperature_c: 30,
  remaining_s: 600,
}
const charging = {
  session_no: 'S1',
  state: 'charging',
  allowed_actions: ['stop'],
  station_no: 'Z1',
  station_name: '观前街充电站',
  pile_no: 'P1',
  pile_name: '3号快充桩',
  connector_no: 'P102',
  started_at: '2026-11-23T03:00:00Z',
  ended_at: null,
  elapsed_s: 1_200,
  energy_wh: 20_000,
  electricity_fen: 1_300,
  service_fen: 800,
  total_fen: 2_100,
  hold_fen: 5_000,
  price: null,
  meter,
  stop_reason: null,
  failure_reason: null,
  order_no: null,
}
const settled = {
  ...charging,
  state: 'settled',
  allowed_actions: [],
  ended_at: '2026-11-23T03:20:00Z',
  stop_reason: 'car_full',
  order_no: 'O1',
}
let now: object

function answer(): unknown {
  return {
    session: now,
    driver_no: 'D1',
    rated_w: 120_000,
    limit_wh: null,
    register_start_wh: 1_000,
    register_end_wh: 21_000,
    raw_stop_code: 'S30',
    review_reason: 'jump,start_mismatch',
    timeline: [{ step: 'stopping', at: meter.at, reason: 'staff', by: '李雷', note: '设备检修' }],
    commands: [{ command_no: 'C1', kind: 'stop', state: 'rejected', created_at: meter.at, sent_at: null, sends: 1, answered_at: null, expires_at: null, reason: 'busy' }],
  }
}

function answers(more: Answers = {}): Answers {
  return { ...staffAnswers, 'GET /sessions/S1': () => ({ body: answer() }), ...more }
}

async function askStop(): Promise<void> {
  await open(SessionPage, '/sessions/S1', { sessionNo: 'S1' })
  await sees('观前街充电站 · 3号快充桩')
  button('停止充电').click()
  await sees('将停止 观前街充电站 3号快充桩 枪 P102')
}

function confirm(reason: string): void {
  if (reason) type('textarea', reason)
  find('.el-dialog form').dispatchEvent(new Event('submit', { cancelable: true }))
}

const hasDialog = (): boolean => document.querySelector('.el-dialog form') !== null

beforeEach(async () => {
  now = charging
  serve(staffAnswers)
  await enter()
  asked.length = 0
})

test('shows power and what is left while it charges, and neither once it is settled', async () => {
  serve(answers())
  await open(SessionPage, '/sessions/S1', { sessionNo: 'S1' })
  await sees('61.5kW')
  expect(shown()).toContain('预计剩余 10分')
  now = settled
  await open(SessionPage, '/sessions/S1', { sessionNo: 'S1' })
  await sees('平均功率60.0kW')
  expect(shown()).toContain('结束时 SOC82%')
  for (const gone of ['61.5', '预计剩余', '400.0 V']) expect(shown()).not.toContain(gone)
  expect(() => button('停止充电')).toThrow()
})

test('shows who stopped it and why, and no code without its meaning', async () => {
  now = settled
  serve(answers())
  await open(SessionPage, '/sessions/S1', { sessionNo: 'S1' })
  await sees('工作人员停止：李雷')
  expect(shown()).toContain('原因：设备检修')
  expect(shown()).toContain('S30（平台记为“已充满”）')
  expect(shown()).toContain('电量超出额定功率、起始读数不一致')
  expect(shown()).toContain('枪正被占用')
})

test('a fault is told in words, a maker’s own code with where to look it up', async () => {
  await open(FaultWords, '/', { codes: 'emergency_stop,E07' })
  await sees('急停按钮按下')
  expect(shown()).toContain('故障码 E07')
  expect(shown()).toContain('含义请查该型号的说明书')
  await open(FaultWords, '/', { codes: 'smoke' })
  await sees('烟雾报警')
  expect(shown()).not.toContain('说明书')
})

test('stops with a reason, and says so once', async () => {
  serve(answers({ 'POST /sessions/S1/stop': () => ({ body: { ...(answer() as object), session: { ...charging, state: 'stopping', allowed_actions: [] } } }) }))
  await askStop()
  confirm('')
  await sees('请填写原因，它会写入操作日志。')
  expect(asked.some(({ method }) => method === 'POST')).toBe(false)
  confirm(' 设备检修 ')
  await sees('停止指令已下发，等待充电桩执行')
  await expect.poll(hasDialog).toBe(false)
  expect(asked.filter(({ method }) => method === 'POST').map(({ body }) => body)).toEqual([{ reason: '设备检修' }])
  expect(shown()).not.toContain('停止指令已经下达')
})

test('the question shuts itself when the charge ended elsewhere', async () => {
  serve(answers())
  await askStop()
  now = settled
  await enter() // whoever logs in again sees everything anew
  await sees('这次充电已经结束，无需再停止。')
  await expect.poll(hasDialog).toBe(false)
})

test('the question shuts itself when the server knows it is over, and the page shows it', async () => {
  const body = errorOf('session_not_stoppable', '这次充电已经结束。')
  serve(answers({ 'POST /sessions/S1/stop': () => {
    now = settled
    return { status: 409, body }
  } }))
  await askStop()
  confirm('设备检修')
  await expect.poll(hasDialog).toBe(false)
  await sees('平均功率')
})

test('asks again with the same key when an answer was lost, and promises nothing it does not do', async () => {
  let isLost = true
  serve(answers({ 'POST /sessions/S1/stop': () => (isLost ? new TypeError('Failed to fetch') : { body: answer() }) }))
  await askStop()
  confirm('设备检修')
  await sees('连接不上服务器，请检查网络。不确定是否已经生效，可以再试一次，不会重复执行。')
  expect(shown()).not.toContain('自动重试')
  isLost = false
  confirm('')
  await expect.poll(hasDialog).toBe(false)
  const keys = asked.filter(({ method }) => method === 'POST').map(({ key }) => key)
  expect(keys).toHaveLength(2)
  expect(keys[0]).toMatch(/[\w-]{36}/)
  expect(new Set(keys).size).toBe(1)
})

test('a session that is not there says so and shows the way back', async () => {
  serve({ ...staffAnswers, 'GET /sessions/S404': () => ({ status: 404, body: errorOf('session_not_found', '没有找到') }) })
  const router = await open(SessionPage, '/sessions/S404', { sessionNo: 'S404' })
  await sees('没有找到充电过程 S404')
  button('返回充电过程列表').click()
  await expect.poll(() => router.currentRoute.value.name).toBe('sessions')
})

test('the curve is drawn at the times of its readings, over axes with numbers', () => {
  const at = ['2026-11-23T03:00:00Z', '2026-11-23T03:00:15Z', '2026-11-23T03:10:00Z']
  const option = powerOption(at.map((one) => ({ at: one, powerW: 60_000, socPercent: 50 })), (token) => token)
  expect(option.xAxis).toMatchObject({ type: 'time', axisLine: { show: true } })
  expect(option.yAxis).toMatchObject([{ name: '功率 kW', min: 0, axisLine: { show: true } }, { name: 'SOC %', max: 100 }])
  const [power] = option.series as { data: [number, number][] }[]
  expect(power?.data).toEqual(at.map((one) => [Date.parse(one), 60]))
})
