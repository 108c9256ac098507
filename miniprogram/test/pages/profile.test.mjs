import { expect, test } from 'vitest'
import { told } from '../answers.mjs'
import { open } from './opened.mjs'

const me = (change = {}) => ({
  driver_no: 'D20261123040000ABCDEFGHJK', nickname: '', registered_at: '2026-11-23T04:00:00Z', live_session_no: null,
  available_fen: 0, held_fen: 0, debt_fen: 0, phone: '', ...change,
})

test('a name is sent as it was typed and shown as text', async () => {
  let nickname = ''
  const app = await open('/pages/profile/profile', {
    api: {
      'GET /me': () => told(me({ nickname }))(),
      'POST /me/nickname': ({ body }) => {
        nickname = body.nickname
        return told(me({ nickname }))()
      },
    },
  })
  await app.shows('绑定微信手机号')
  await app.type('.text', ' <b>小王</b> ')
  await app.tap('保存昵称')
  await app.shows('昵称已保存')
  expect(nickname).toBe('<b>小王</b>')
})

test('a bound number is shown masked and let go after a question', async () => {
  const app = await open('/pages/profile/profile', {
    mocks: { showModal: () => ({ confirm: true }) },
    api: { 'GET /me': told(me({ phone: '138****1234' })), 'POST /me/phone/unbind': told(me()) },
  })
  await app.shows('138****1234')
  await app.tap('解除绑定')
  await app.shows('已解除绑定')
  await app.shows('绑定微信手机号')
})
