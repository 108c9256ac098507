import { expect, test } from 'vitest'

import LoginForm from '@/pages/login/LoginForm.vue'
import { staff } from '@/state/staff'

import { asked, errorOf, find, open, sees, serve, shown, staffAnswers, type } from './pages'

function submit(account: string, password: string): void {
  type('input[name=account]', account)
  type('input[name=password]', password)
  find('form').dispatchEvent(new Event('submit', { cancelable: true }))
}

test('logs in, keeps the token and tells who it is', async () => {
  serve(staffAnswers)
  await open(LoginForm)
  submit(' admin ', 'right')
  await expect.poll(() => staff.profile?.name).toBe('管理员')
  expect(asked[0]?.body).toEqual({ account: 'admin', password: 'right', code: null })
  expect(asked[1]).toMatchObject({ path: '/me', token: 'Bearer token1' })
  expect(localStorage.getItem('xinxiang.admin.token')).toBe('token1')
})

test('says what is missing before anybody is asked', async () => {
  serve(staffAnswers)
  await open(LoginForm)
  submit('', '')
  await sees('请输入账号。')
  submit('admin', '')
  await sees('请输入密码。')
  expect(asked).toEqual([])
})

test('shows a wrong password in the words of the server and empties the field', async () => {
  serve({ 'POST /login': () => ({ status: 401, body: errorOf('wrong_credentials', '账号或密码不正确，请重新输入。') }) })
  await open(LoginForm)
  submit('admin', 'wrong')
  await sees('账号或密码不正确')
  expect(find<HTMLInputElement>('input[name=password]').value).toBe('')
  expect(staff.isExpired).toBe(false)
})

test('tells of an unreachable server without losing what was typed', async () => {
  serve({ 'POST /login': () => new TypeError('Failed to fetch') })
  await open(LoginForm)
  submit('admin', 'right')
  await sees('连接不上服务器')
  expect(find<HTMLInputElement>('input[name=password]').value).toBe('right')
})

test('warns of caps lock while a password is typed', async () => {
  serve({})
  await open(LoginForm)
  const event = new KeyboardEvent('keydown', { key: 'A', bubbles: true })
  Object.defineProperty(event, 'getModifierState', { value: (name: string) => name === 'CapsLock' })
  find('input[name=password]').dispatchEvent(event)
  await sees('大写锁定已打开')
  expect(shown()).not.toContain('请输入密码。')
})

test('asks for the code of a second factor after the right password, and sends both', async () => {
  const needed = errorOf('second_factor_needed', '请输入验证码')
  const wrong = errorOf('wrong_second_factor', '验证码不正确')
  const answers = [{ status: 401, body: needed }, { status: 401, body: wrong }]
  serve({ ...staffAnswers, 'POST /login': (call) => answers.shift() ?? staffAnswers['POST /login']?.(call) ?? {} })
  await open(LoginForm)
  submit('admin', 'right')
  await sees('密码正确')
  const send = (code: string): void => {
    type('input[name=code]', code)
    find('form').dispatchEvent(new Event('submit', { cancelable: true }))
  }
  send('123')
  await sees('请输入 6 位验证码')
  send('000000')
  await sees('验证码不正确')
  expect(find<HTMLInputElement>('input[name=code]').value).toBe('')
  send(' 123456 ')
  await expect.poll(() => staff.profile?.name).toBe('管理员')
  expect(asked.filter((one) => one.path === '/login').map((one) => one.body)).toEqual([
    { account: 'admin', password: 'right', code: null },
    { account: 'admin', password: 'right', code: '000000' },
    { account: 'admin', password: 'right', code: '123456' },
  ])
})
