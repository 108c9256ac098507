import { beforeEach, expect, test, vi } from 'vitest'

import type { Session } from '@/api/types'
import StopDialog from '@/pages/sessions/StopDialog.vue'

import { asked, enter, errorOf, find, open, sees, serve, staffAnswers, type } from './pages'

const session = {
  session: { session_no: 'S1', station_name: '观前街充电站', pile_name: '3号快充桩', connector_no: 'P102' },
} as unknown as Session

beforeEach(async () => {
  serve(staffAnswers)
  await enter()
  asked.length = 0
})

function confirm(): void {
  find('form').dispatchEvent(new Event('submit', { cancelable: true }))
}

test('names what is stopped and refuses without a reason', async () => {
  serve({})
  await open(StopDialog, '/', { session })
  await sees('观前街充电站 3号快充桩')
  confirm()
  await sees('请填写停止原因')
  expect(asked).toEqual([])
})

test('sends the reason and hands on what the server answers', async () => {
  serve({ 'POST /sessions/S1/stop': () => ({ body: { stopped: true } }) })
  const onStopped = vi.fn()
  await open(StopDialog, '/', { session, onStopped })
  type('textarea', ' 设备检修 ')
  confirm()
  await expect.poll(() => onStopped.mock.calls).toEqual([[{ stopped: true }]])
  expect(asked[0]?.body).toEqual({ reason: '设备检修' })
})

test('shows why a charge cannot be stopped', async () => {
  const body = errorOf('session_not_stoppable', '这次充电已经结束，无需再停止。')
  serve({ 'POST /sessions/S1/stop': () => ({ status: 409, body }) })
  await open(StopDialog, '/', { session })
  type('textarea', '设备检修')
  confirm()
  await sees('这次充电已经结束')
})
