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

test('a picked picture is sent as it is and shown when it was kept', async () => {
  const sent = []
  const app = await open('/pages/profile/profile', {
    api: {
      'GET /me': told(me({ avatar_url: '' })),
      'POST /me/avatar': ({ body, headers }) => {
        sent.push([new Uint8Array(body).join(), headers['content-type']])
        return told(me({ avatar_url: '/api/v1/driver/photos/abc' }))()
      },
    },
  })
  await app.shows('点圆图更换')
  await app.tap('.face')
  const field = await app.until(() => app.window.document.querySelector('.mp-picker'))
  Object.defineProperty(field, 'files', { value: [new app.window.File([new Uint8Array([1, 2, 3])], 'a.jpg')] })
  field.dispatchEvent(new app.window.Event('change'))
  await app.shows('头像已更换')
  expect(sent).toEqual([['1,2,3', 'application/octet-stream']])
  await app.until(() => app.root.querySelector('.face-image'))
})
