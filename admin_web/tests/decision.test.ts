/** A session in review at the desk: the evidence side by side, what each choice bills, and the decision with its reason. */

import { beforeEach, expect, test } from 'vitest'

import { readKwh } from '@/format/measure'
import DecisionPanel from '@/pages/sessions/DecisionPanel.vue'

import { asked, button, enter, errorOf, find, open, sees, serve, shown, staffAnswers, type } from './pages'

const nothing = {
  decision: 'bill_nothing', refusal: null, register_start_wh: null, register_end_wh: null,
  energy_wh: 0, electricity_fen: 0, service_fen: 0, total_fen: 0, is_estimated: true,
}
const evidence = {
  session_no: 'S1',
  seen: 'abc',
  has_payer: true,
  review_reason: 'jump',
  held_fen: 5_000,
  held_until: '2026-11-24T03:20:00Z',
  order_state: null,
  present_fen: null,
  register_start_wh: 1_000_000,
  record: {
    received_at: '2026-11-23T03:20:00Z', started_at: '2026-11-23T03:00:00Z', ended_at: '2026-11-23T03:20:00Z',
    register_start_wh: 1_000_000, register_end_wh: 1_910_000, stop_reason: 'car_full', raw_stop_code: '', reported_fen_e4: null,
  },
  doubts: [{ doubt: 'other_gun', found_at: '2026-11-23T04:05:00Z' }],
  reading_count: 2,
  readings: [
    { at: '2026-11-23T03:01:00Z', received_at: '2026-11-23T03:01:00Z', register_wh: 1_000_500, power_w: 0, is_replayed: false },
    { at: '2026-11-23T03:19:00Z', received_at: '2026-11-23T03:19:00Z', register_wh: 1_004_000, power_w: 0, is_replayed: false },
  ],
  choices: [
    { ...nothing, decision: 'bill_record', register_start_wh: 1_000_000, register_end_wh: 1_910_000, energy_wh: 910_000, electricity_fen: 91_000, service_fen: 45_500, total_fen: 136_500 },
    { ...nothing, decision: 'bill_register', register_start_wh: 1_000_000, register_end_wh: 1_004_000, energy_wh: 4_000, electricity_fen: 400, service_fen: 200, total_fen: 600 },
    nothing,
  ],
  decisions: [],
}

function choose(decision: string): void {
  find<HTMLInputElement>(`input[value=${decision}]`).click()
}

beforeEach(async () => {
  serve({
    ...staffAnswers,
    'GET /sessions/S1/evidence': () => ({ body: evidence }),
    'POST /sessions/S1/decisions': () => ({ status: 201, body: { session_no: 'S1', order_no: 'O1', number: 1, energy_wh: 4_000, total_fen: 600 } }),
  })
  await enter()
  await open(DecisionPanel, '/', { sessionNo: 'S1', changes: '', isSettled: false })
  await sees('桩的结束记录')
})

test('the evidence stands side by side and the server says what each choice bills', () => {
  expect(shown()).toContain('暂扣 ¥50.00')
  expect(shown()).toContain('另一把枪上报了这次充电')
  expect(shown()).toContain('1,910.000')
  expect(shown()).toContain('1,004.000')
  expect(shown()).toContain('910.000 度 · 电费 ¥910.00 ＋ 服务费 ¥455.00 ＝ ¥1,365.00')
})

test('a decision wants a choice and a reason, and sends the registers it showed', async () => {
  button('确认').click()
  await sees('请选择怎样处理这次充电')
  choose('bill_register')
  await sees('确认，账单为 ¥6.00')
  button('确认').click()
  await sees('请填写原因')
  type('textarea', '止码跳变，按读数')
  button('确认').click()
  await sees('桩的结束记录')
  const sent = () => asked.find((one) => one.method === 'POST' && one.path.endsWith('/decisions'))
  await expect.poll(sent).toBeTruthy()
  expect(sent()?.body).toEqual({
    decision: 'bill_register', reason: '止码跳变，按读数', seen: 'abc',
    register_start_wh: 1_000_000, register_end_wh: 1_004_000,
  })
})

test('typed registers are priced by the server before anybody confirms', async () => {
  choose('bill_register')
  await sees('结束读数（度）')
  type('input[placeholder="1,004.000"]', '1003.5')
  await expect.poll(() => asked.find((one) => one.query.register_end_wh === '1003500')).toBeTruthy()
})

test('somebody who was faster is told', async () => {
  serve({
    ...staffAnswers,
    'GET /sessions/S1/evidence': () => ({ body: evidence }),
    'POST /sessions/S1/decisions': () => ({ status: 409, body: errorOf('evidence_changed', '核对期间情况有变') }),
  })
  choose('bill_nothing')
  type('textarea', '设备故障')
  button('确认').click()
  await sees('核对期间情况有变')
})

test('a register is read to the watt-hour or not at all', () => {
  expect(['1003.5', '1,003.25', '7', '0.001'].map(readKwh)).toEqual([1_003_500, 1_003_250, 7_000, 1])
  expect(['', 'x', '1.2345', '-1'].map(readKwh)).toEqual([null, null, null, null])
})
