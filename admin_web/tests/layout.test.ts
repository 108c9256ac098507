/** What is around every page: the menu that makes room, the account's menu by keyboard, where one is, and the start. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import App from '@/App.vue'
import AccountMenu from '@/layout/AccountMenu.vue'
import AppLayout from '@/layout/AppLayout.vue'
import TopBar from '@/layout/TopBar.vue'
import PowerCurve from '@/pages/home/PowerCurve.vue'
import { router, startError } from '@/router'
import { nameObject } from '@/state/object_title'
import { leave, restore } from '@/state/staff'

import { button, enter, errorOf, find, open, profile, sees, serve, shown, staffAnswers } from './pages'

const WIDE = { width: 1440, height: 900 }

function view(): { setViewport: (size: { width: number; height: number }) => void } {
  return (window as unknown as { happyDOM: ReturnType<typeof view> }).happyDOM
}

/** Somebody whose token is known opens the desk. */
function comeBack(): void {
  leave()
  localStorage.setItem('xinxiang.admin.token', 'token1')
  restore()
}

afterEach(() => {
  vi.useRealTimers()
})

beforeEach(async () => {
  view().setViewport(WIDE)
  serve(staffAnswers)
  await enter()
})

test('the menu folds when the window narrows, opens over the page there, and is wide again with it', async () => {
  await open(AppLayout, '/orders')
  await sees('收起菜单')
  view().setViewport({ width: 768, height: 1024 })
  await expect.poll(shown).not.toContain('收起菜单')
  find('[aria-label=展开菜单]').click()
  await sees('收起菜单')
  expect(find('aside').className).toContain('over')
  find('.veil').click()
  await expect.poll(shown).not.toContain('收起菜单')
  expect(localStorage.getItem('xinxiang.admin.menu')).toBeNull()
  view().setViewport(WIDE)
  await sees('收起菜单')
})

test('the account menu opens with the focus in it and gives it back on Escape', async () => {
  await open(AccountMenu)
  button('账号菜单').click()
  await sees('账号：admin')
  await expect.poll(() => document.activeElement?.textContent).toContain('我的账号')
  find('.account').dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))
  await expect.poll(shown).not.toContain('账号：admin')
  expect(document.activeElement).toBe(button('账号菜单'))
})

test('the place names the thing that is looked at, and the browser tab too', async () => {
  const page = { components: { TopBar }, setup: () => (nameObject(() => 'O20261123'), {}), template: '<TopBar />' }
  const router = await open(page, '/')
  router.addRoute({ path: '/one', component: {}, meta: { title: '订单详情', under: 'orders' } })
  await router.push('/one')
  await expect.poll(() => find('[aria-current=page]').textContent).toBe('O20261123')
  expect(find('.crumbs a').textContent).toBe('充电订单')
  expect(document.title).toBe('O20261123 · 欣象充电桩管理系统')
})

test('a page that one may not open leads to one that one may', async () => {
  const router = await open(AppLayout, '/orders')
  router.addRoute({ path: '/theirs', component: {}, meta: { title: '员工', permission: 'staff.edit' } })
  await router.push('/theirs')
  await sees('您没有权限查看此页面')
  button('回到首页').click()
  await expect.poll(() => router.currentRoute.value.name).toBe('home')
})

test('the first page that could not be had is tried again by itself', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  let isDown = true
  serve({
    ...staffAnswers,
    'GET /me': () => (isDown ? new TypeError('Failed to fetch') : { body: { ...profile, permissions: [] } }),
  })
  comeBack()
  await router.push('/nowhere')
  await open({ components: { App }, template: '<App />' }, '/', {}, router)
  await vi.waitFor(() => {
    expect(shown()).toContain('连接不上服务器，请检查网络。恢复后会自动进入。')
  })
  isDown = false
  await vi.advanceTimersByTimeAsync(5_000)
  vi.useRealTimers()
  await sees('没有这个页面')
  expect(startError.value).toBeNull()
})

test('a start that fails for another reason says its request number, and ends at the log-in when the token is worth nothing', async () => {
  startError.value = null
  let status = 503
  serve({ 'GET /me': () => ({ status, body: errorOf(status === 503 ? 'service_unavailable' : 'unauthenticated', '服务繁忙') }) })
  comeBack()
  await router.push('/nowhere/else')
  await open({ components: { App }, template: '<App />' }, '/', {}, router)
  await sees('请求编号：REQ1')
  status = 401
  button('立即重试').click()
  await expect.poll(() => router.currentRoute.value.name).toBe('login')
  expect(startError.value).toBeNull()
})

test('the power of the day is there at once, has an axis from 0 to its highest, and gaps where nothing was kept', async () => {
  const at = (hour: number, w: number | null): object => ({ at: `2026-11-23T0${hour}:00:00Z`, power_w: w })
  const power = [at(0, 60_000), at(1, null), at(2, 90_000)]
  const told = { as_of: '2026-11-23T03:00:00Z', power_w: 120_000, connectors: { charging: 2 }, yesterday_until_now: {} }
  await open(PowerCurve, '/', { dashboard: { ...told, power } })
  await sees('最高 120.0 kW')
  for (const text of ['0 kW', '08:00', '断开处没有记录']) expect(shown()).toContain(text)
  expect(document.querySelectorAll('svg path')).toHaveLength(2)
})
