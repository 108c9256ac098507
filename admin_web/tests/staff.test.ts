import { expect, test } from 'vitest'
import { shallowRef } from 'vue'

import type { PermissionTree as Tree } from '@/api/types'
import { formatDevice } from '@/format/device'
import PermissionTree from '@/kit/forms/PermissionTree.vue'
import OneTimeDialog from '@/kit/OneTimeDialog.vue'
import { roleLine } from '@/kit/role_words'
import { menu, menuOf } from '@/layout/menu'
import AccountPage from '@/pages/account/AccountPage.vue'
import BeginPage from '@/pages/begin/BeginPage.vue'
import ChecklistPanel from '@/pages/home/ChecklistPanel.vue'
import RoleFormPage from '@/pages/roles/RoleFormPage.vue'
import StaffFormPage from '@/pages/staff/StaffFormPage.vue'
import { staff } from '@/state/staff'

import { asked, button, enter, errorOf, find, open, profile, sees, serve, shown, staffAnswers } from './pages'

const tree: Tree = {
  groups: [
    { title: '场站', pages: [{ key: 'piles', title: '充电桩', permissions: ['pile.read', 'connector.release'] }] },
    { title: '系统', pages: [{ key: 'staff', title: '员工和角色', permissions: ['staff.read', 'staff.edit', 'role.edit'] }] },
  ],
  presets: [{ name: '客服', note: '', permissions: ['pile.read', 'connector.release', 'staff.read'] }],
  grantable: ['pile.read', 'connector.release', 'role.edit'],
}
const role = {
  adjustment_limit_fen: 0,
  role_id: 7,
  name: '值班',
  operator_no: 'M1',
  operator_name: '欣象',
  permissions: ['pile.read'],
  needs_second_factor: false,
  staff_count: 1,
  may_give: true,
  row_version: 3,
  allowed_actions: ['edit'],
}
const staffed = { ...profile, permissions: ['staff.read', 'staff.edit', 'role.edit'] }
const answers = { ...staffAnswers, 'GET /me': () => ({ body: staffed }), 'GET /permissions': () => ({ body: tree }) }

function mark(word: string): HTMLInputElement {
  const label = [...document.querySelectorAll('.el-checkbox')].find((one) => one.textContent?.includes(word))
  const input = label?.querySelector('input')
  if (!input) throw new Error(`no mark “${word}” in: ${shown()}`)
  return input
}

test('a button takes its page along, a page taken away its buttons, and what one lacks stays as it is', async () => {
  const granted = shallowRef<Tree['grantable']>([])
  await open({
    components: { PermissionTree },
    setup: () => ({ tree, granted }),
    template: '<PermissionTree :tree="tree" :model-value="granted" @update:model-value="granted = $event" />',
  })
  mark('解除插枪占用').click()
  await expect.poll(() => granted.value).toEqual(['connector.release', 'pile.read'])
  mark('查看充电桩').click()
  await expect.poll(() => granted.value).toEqual([])
  expect(mark('管理员工').disabled).toBe(true)
  mark('系统').click()
  await expect.poll(() => granted.value).toEqual(['role.edit'])
})

test('the preview shows the menu and the buttons of what is marked', async () => {
  serve({ ...answers, 'GET /roles/7': () => ({ body: role }) })
  await enter()
  await open(RoleFormPage, '/', { roleId: '7' })
  await sees('只能查看，不能改动。')
  mark('解除插枪占用').click()
  await expect.poll(() => document.querySelector('.seen')?.textContent).toContain('解除插枪占用')
  expect(menuOf(['pile.read']).flatMap((group) => group.entries.map((entry) => entry.name))).toEqual(['piles'])
})

test('a role that somebody else changed shows both and is saved over theirs only when that is said', async () => {
  let saved = role
  serve({
    ...answers,
    'GET /roles/7': () => ({ body: saved }),
    'PUT /roles/7': (call) =>
      (call.body as { row_version: number }).row_version === saved.row_version
        ? { body: saved }
        : { status: 409, body: errorOf('row_changed', '别人改过') },
  })
  await enter()
  await open(RoleFormPage, '/', { roleId: '7' })
  await sees('登录要求二次验证')
  saved = { ...role, name: '夜班', row_version: 4 }
  mark('解除插枪占用').click()
  button('保存角色').click()
  await sees('夜班')
  expect(asked.filter((one) => one.method === 'PUT')).toHaveLength(1)
  expect(shown()).toContain('解除插枪占用')
})

test('a tab left open over night asks for the password, keeps what was typed and saves it then', async () => {
  let isExpired = false
  const reads = (): number => asked.filter((one) => one.path === '/roles/7' && one.method === 'GET').length
  const gone = { status: 401, body: errorOf('unauthenticated', '请重新登录') }
  serve({
    ...answers,
    'GET /roles/7': () => (isExpired ? gone : { body: role }),
    'PUT /roles/7': () => (isExpired ? gone : { body: { ...role, name: '夜班', row_version: 4 } }),
  })
  await enter()
  await open(RoleFormPage, '/', { roleId: '7' })
  await sees('只能查看，不能改动。')
  const name = find<HTMLInputElement>('form input.el-input__inner')
  name.value = '夜班'
  name.dispatchEvent(new Event('input'))
  mark('解除插枪占用').click()
  isExpired = true
  button('保存角色').click()
  await sees('登录已失效，还没有提交')
  expect(staff.isExpired).toBe(true)
  isExpired = false
  const before = reads()
  await enter()
  await expect.poll(reads).toBe(before + 1) // what was read is read again, under what was typed
  expect(find<HTMLInputElement>('form input.el-input__inner').value).toBe('夜班')
  button('保存角色').click()
  await expect.poll(() => asked.filter((one) => one.method === 'PUT')).toHaveLength(2)
  expect(asked.filter((one) => one.method === 'PUT')[1]?.body).toMatchObject({ terms: { name: '夜班', permissions: ['connector.release', 'pile.read'] }, row_version: 3 })
})

test('a permission that was taken away in mid-form keeps what was typed', async () => {
  serve({
    ...answers,
    'GET /roles': () => ({ body: { roles: [role], total: { count: 1, is_capped: false }, prev_cursor: null, next_cursor: null } }),
    'POST /staff': () => ({ status: 403, body: errorOf('forbidden', '您没有权限进行此操作，如有需要请联系管理员。') }),
    'GET /stations': () => ({ body: { stations: [], total: { count: 0, is_capped: false }, prev_cursor: null, next_cursor: null } }),
  })
  await enter()
  await open(StaffFormPage)
  await sees('可见充电站')
  const [account, name] = document.querySelectorAll<HTMLInputElement>('form input.el-input__inner')
  for (const [input, text] of [[account, 'li.si'], [name, '李四']] as const) {
    if (!input) throw new Error('no field')
    input.value = text
    input.dispatchEvent(new Event('input'))
  }
  button('新增员工').click()
  await sees('请选择角色')
  expect(asked.some((one) => one.method === 'POST' && one.path === '/staff')).toBe(false)
  find('.el-select__wrapper').click()
  await expect.poll(() => document.querySelector('.el-select-dropdown__item')?.textContent).toBe('值班查看充电桩')
  find('.el-select-dropdown__item').click()
  button('新增员工').click()
  await sees('您没有权限进行此操作')
  expect([account?.value, name?.value]).toEqual(['li.si', '李四'])
})

test('a role is told by its usual job while nothing in it was changed, and a password with where it is typed in', async () => {
  expect(roleLine({ ...role, permissions: ['staff.read', 'pile.read', 'connector.release'] }, [{ ...tree.presets[0]!, note: '帮车主' }])).toBe('帮车主')
  expect(roleLine(role, tree.presets)).toBe('查看充电桩')
  let copied = ''
  Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText: (text: string) => { copied = text; return Promise.resolve() } } })
  await open(OneTimeDialog, '/', { told: { staff: { name: '李娜', account: 'li.na' }, one_time_password: 'G7SC-5DUK' } })
  await sees('/login')
  button('三样一起复制').click()
  for (const part of [`登录地址：${location.origin}/login`, '账号：li.na', '一次性密码：G7SC-5DUK']) expect(copied).toContain(part)
})

test('the beginning asks for everything once and takes the token out of the address', async () => {
  serve({ ...staffAnswers, 'POST /begin/offer': () => ({ body: { operator_name: null } }), 'POST /begin': () => ({ status: 204 }) })
  await open(BeginPage, '/begin#token=T1')
  await sees('运营商名称')
  expect(location.hash).toBe('')
  const inputs = document.querySelectorAll<HTMLInputElement>('form input')
  const typed = ['某某新能源', '', '王建国', 'wang', 'own words 7', 'other words']
  inputs.forEach((input, at) => {
    input.value = typed[at] ?? ''
    input.dispatchEvent(new Event('input'))
  })
  button('建立并登录').click()
  await sees('两次输入的密码不一样')
  const again = inputs[5]
  if (!again) throw new Error('no field')
  again.value = 'own words 7'
  again.dispatchEvent(new Event('input'))
  button('建立并登录').click()
  await expect.poll(() => asked.at(-1)?.path).toBe('/me')
  expect(asked.find((one) => one.path === '/begin')?.body).toEqual({
    token: 'T1',
    operator_name: '某某新能源',
    operator_no: '',
    name: '王建国',
    account: 'wang',
    password: 'own words 7',
  })
})

test('a link that is over says where there is another', async () => {
  serve({ 'POST /begin/offer': () => ({ status: 410, body: errorOf('begin_link_invalid', '这个链接已失效') }) })
  await open(BeginPage, '/begin#token=T1')
  await sees('这个链接已失效')
})

test('whoever owes a password of their own sees nothing else', async () => {
  serve({ ...staffAnswers, 'GET /me': () => ({ body: { ...profile, permissions: [], obligations: ['password'] } }) })
  await enter()
  await open(AccountPage)
  await sees('请先设置自己的密码')
  expect(shown()).not.toContain('登录中的设备')
  expect(shown()).toContain('一次性密码*')
  expect(shown()).not.toContain('原密码')
  expect(shown()).not.toContain('取消')
  button('退出登录').click()
  await expect.poll(() => asked.at(-1)?.path).toBe('/logout')
})

test('the checklist leads to the next step and goes away when nothing is left', async () => {
  const steps = [
    { step: 'station', is_done: true },
    { step: 'colleague', is_done: false },
  ]
  serve({ ...staffAnswers, 'GET /checklist': () => ({ body: { steps } }) })
  await enter()
  await open(ChecklistPanel)
  await sees('已完成 1 / 2')
  expect(find('[aria-current=step]').textContent).toContain('请同事')
  serve({ ...staffAnswers, 'GET /checklist': () => ({ body: { steps: [] } }) })
  await open(ChecklistPanel)
  await expect.poll(() => asked.filter((one) => one.path === '/checklist').length).toBe(2)
  expect(shown()).not.toContain('上线清单')
})

test('a browser is told in two words, and what nobody knows is not guessed', () => {
  const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36'
  expect(formatDevice(chrome)).toBe('Chrome · Windows')
  expect(formatDevice('Mozilla/5.0 (iPhone) AppleWebKit/605 Version/18.0 Safari/604.1')).toBe('Safari · iOS')
  expect(formatDevice('curl/8.0')).toBe('程序')
  expect(formatDevice('')).toBe('未知设备')
})

test('only staff of the platform choose whose a new colleague is, and are offered what is that operator’s', async () => {
  const noRows = { total: { count: 0, is_capped: false }, prev_cursor: null, next_cursor: null }
  const other = { operator_no: 'M2', name: '别家充电' }
  const lists = {
    'GET /roles': (one: { query: Record<string, string> }) => ({ body: { ...noRows, roles: [{ ...role, name: `${one.query.operator_no} 的角色` }] } }),
    'GET /stations': () => ({ body: { ...noRows, stations: [] } }),
    'GET /operators': () => ({ body: { ...noRows, operators: [other] } }),
    'GET /operators/M2': () => ({ body: other }),
  }
  const permissions = [...staffed.permissions, 'operator.read']
  serve({ ...answers, ...lists, 'GET /me': () => ({ body: { ...staffed, permissions } }) })
  await enter()
  await open(StaffFormPage, '/?operator_no=M2')
  await expect.poll(() => find('.operator .el-select__selected-item:last-child').textContent).toBe('别家充电')
  await sees('M2 的角色')
  await expect.poll(() => asked.filter((one) => one.path === '/stations').map((one) => one.query.operator_no)).toContain('M2')
  serve({ ...answers, ...lists, 'GET /me': () => ({ body: { ...staffed, permissions, sees_platform_sums: false } }) })
  await enter()
  await open(StaffFormPage)
  await sees('M1 的角色')
  expect(shown()).not.toContain('运营商')
})

test('the menu names each page and each title once', () => {
  for (const told of [menu.map((one) => one.name), menu.map((one) => one.title)]) {
    expect(new Set(told).size).toBe(told.length)
  }
})
