import { expect, test } from 'vitest'
import { CONNECTOR_NO, told } from '../answers.mjs'
import { refusal } from '../source.mjs'
import { open } from './opened.mjs'

const PAGE = '/pages/pay_password/pay_password'
const NONE = { is_set: false, is_on: false, set_at: null, closed_until: null, refunds_locked_until: null }
const ON = { ...NONE, is_set: true, is_on: true, set_at: '2026-11-20T04:00:00Z' }
const started = { session_no: 'S1', state: 'starting', connector_no: CONNECTOR_NO, hold_fen: 10000, start_deadline_at: '2026-11-23T04:01:30Z' }

const field = (app) => app.until(() => app.window.document.querySelector('[class*="typed"] input'))
const kept = (app) => JSON.stringify({ ...app.window.localStorage, ...app.window.sessionStorage })

async function typeDigits(app, digits) {
  await app.until(() => app.window.document.querySelector('[class*="typed"] input')?.value === '')
  await app.type(await field(app), digits)
}

test('a first password is typed twice, and is not one that anybody would try', async () => {
  const app = await open(PAGE, { api: { [`GET /pay-password`]: told(NONE), [`POST /pay-password`]: told(ON) } })
  await app.tap('设置支付密码')
  await app.shows('请设置 6 位支付密码')
  await typeDigits(app, '123456')
  await app.shows('太简单了')
  await typeDigits(app, '135790')
  await app.shows('请再输入一次')
  await typeDigits(app, '135791')
  await app.shows('两次输入的不一样')
  await typeDigits(app, '135790')
  await app.shows('请再输入一次')
  await typeDigits(app, '135790')
  await app.shows('已开启')
  expect(app.calls.filter(({ method }) => method === 'POST').map(({ body }) => body)).toEqual([{ password: '135790' }])
  expect(kept(app)).not.toContain('135790')
})

test('whoever types the present one wrongly is told and types it again', async () => {
  const wrong = () => ({ status: 422, body: refusal('wrong_pay_password', '支付密码不对，还可以试 4 次') })
  const app = await open(PAGE, { api: { [`GET /pay-password`]: told(ON), [`POST /pay-password/switch`]: wrong } })
  await app.tap('关闭支付密码')
  await typeDigits(app, '135790')
  await app.shows('还可以试 4 次')
  expect((await field(app)).value).toBe('')
  await app.tap('取消')
  await app.shows('已开启')
})

test('who forgot it hears of the day without refunds before, and logs in anew', async () => {
  const locked = { ...ON, refunds_locked_until: '2026-11-24T04:00:00Z' }
  const app = await open(PAGE, {
    api: { [`GET /pay-password`]: told(ON), [`POST /pay-password/reset`]: told(locked) },
    mocks: { login: () => ({ code: 'code-1' }) },
  })
  await app.tap('忘记了，重新设置')
  await app.shows('24 小时内不能退款')
  await app.tap('继续')
  await typeDigits(app, '246813')
  await app.shows('请再输入一次')
  await typeDigits(app, '246813')
  await app.shows('以后才能退款')
  const { body } = app.calls.find(({ path }) => path.endsWith('/reset'))
  expect(body).toEqual({ code: 'code-1', new_password: '246813' })
})

test('a start asks for it where the server does, and goes on with the digits', async () => {
  const answers = [
    () => ({ status: 409, body: refusal('pay_password_needed', '请输入支付密码。') }),
    () => ({ status: 422, body: refusal('wrong_pay_password', '支付密码不对，还可以试 4 次') }),
    () => ({ status: 201, body: started }),
  ]
  const app = await open(`/pages/confirm/confirm?text=${CONNECTOR_NO}`, { api: { 'POST /sessions': (call) => answers.shift()(call) } })
  await app.tap('启动充电')
  await app.shows('输入支付密码')
  await typeDigits(app, '908172')
  await app.shows('还可以试 4 次')
  await typeDigits(app, '135790')
  await app.until(() => answers.length === 0)
  const bodies = app.calls.filter(({ method, path }) => method === 'POST' && path.endsWith('/sessions')).map(({ body }) => body.pay_password)
  expect(bodies).toEqual([undefined, '908172', '135790'])
  expect(kept(app)).not.toContain('135790')
})
