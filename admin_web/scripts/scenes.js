/** Every page and every state of it: where it is, and what has to happen before it is looked at. */

import { API, refuse, isBusy, isExpired, ready, settled, statesOf, emptyOf, wrongLogIn, openEditor } from './scene_states.js'
import { analysisScenes } from './analysis_scenes.js'
import { settingsScenes } from './settings_scenes.js'
import { moneyScenes } from './money_scenes.js'
import { stationScenes } from './station_scenes.js'

export const scenes = [
  { name: 'login', path: () => '', isStranger: true, act: (page) => page.getByRole('button', { name: '登录' }).waitFor() },
  {
    name: 'login-wrong',
    path: () => 'login',
    isStranger: true,
    isStaged: true,
    before: (page) => page.route(`${API}login`, refuse(401, 'wrong_credentials', '账号或密码不正确，请重新输入。')),
    act: wrongLogIn,
  },
  {
    name: 'login-offline',
    path: () => 'login',
    isStranger: true,
    isStaged: true,
    before: (page) => page.route(`${API}login`, (route) => route.abort('internetdisconnected')),
    act: wrongLogIn,
  },
  { name: 'home', path: () => '', act: async (page) => (await ready(page), page.waitForTimeout(900)) },
  { name: 'home-1280', size: [1280, 800], path: () => '', act: async (page) => (await ready(page), page.waitForTimeout(900)) },
  { name: 'home-tall', size: [1440, 1500], path: () => '', act: async (page) => (await ready(page), page.waitForTimeout(900)) },
  { name: 'home-768', size: [768, 1600], path: () => '', act: async (page) => (await ready(page), page.waitForTimeout(900)) },
  ...statesOf('home', () => '', 'dashboard'),
  ...analysisScenes,
  emptyOf('home', () => '', 'sessions?*', { sessions: [] }),
  { name: 'stations', path: () => 'stations', act: ready },
  { name: 'stations-768', size: [768, 1024], path: () => 'stations', act: ready },
  { name: 'stations-nothing-found', path: () => 'stations?q=火星', act: (page) => page.getByText('没有符合条件').waitFor() },
  ...statesOf('stations', () => 'stations', 'stations?*'),
  emptyOf('stations', () => 'stations', 'stations?*', { stations: [] }),
  { name: 'station', path: ({ station }) => `stations/${station}`, act: (page) => page.getByText('实时更新').waitFor() },
  { name: 'station-about', path: ({ station }) => `stations/${station}?tab=about`, act: (page) => page.getByText('充电站编号').waitFor() },
  ...statesOf('station', ({ station }) => `stations/${station}`, 'stations/*'),
  ...stationScenes({ API, refuse, statesOf }),
  { name: 'tariffs', path: () => 'tariffs', act: ready },
  { name: 'tariffs-768', size: [768, 1024], path: () => 'tariffs', act: ready },
  ...statesOf('tariffs', () => 'tariffs', 'tariffs?*'),
  emptyOf('tariffs', () => 'tariffs', 'tariffs?*', { tariffs: [] }),
  {
    name: 'tariff-new',
    path: () => 'tariffs',
    act: async (page) => {
      await page.getByRole('button', { name: '新建计费模型' }).click()
      await page.getByRole('button', { name: '下一步：设价格' }).waitFor()
    },
  },
  {
    name: 'tariff-editor',
    size: [1440, 1500],
    path: () => 'tariffs',
    act: (page) => openEditor(page),
  },
  { name: 'tariff-editor-768', size: [768, 1600], path: () => 'tariffs', act: (page) => openEditor(page) },
  { name: 'holidays', path: () => 'holidays', act: ready },
  ...statesOf('holidays', () => 'holidays', 'holidays'),
  { name: 'piles', path: () => 'piles', act: async (page) => (await ready(page), page.getByText('实时更新').waitFor()) },
  { name: 'piles-1280', size: [1280, 800], path: () => 'piles?state=charging', act: ready },
  {
    name: 'piles-stale',
    path: () => 'piles',
    isStaged: true,
    before: (page) => page.routeWebSocket('**/ws', (socket) => socket.close({ code: 1013 })),
    act: (page) => page.getByText('实时连接中断').waitFor({ timeout: 20_000 }),
  },
  ...statesOf('piles', () => 'piles', 'piles?*'),
  emptyOf('piles', () => 'piles', 'piles?*', { piles: [] }),
  { name: 'pile', size: [1440, 1400], path: ({ pile }) => `piles/${pile}`, act: (page) => page.getByText('实时更新').waitFor() },
  { name: 'pile-new', size: [1440, 1000], path: () => 'pile-new', act: (page) => page.getByText('额定功率').waitFor() },
  { name: 'pile-new-768', size: [768, 1400], path: () => 'pile-new', act: (page) => page.getByText('额定功率').waitFor() },
  {
    name: 'pile-new-wrong',
    path: () => 'pile-new',
    act: async (page) => {
      await page.getByRole('button', { name: '新增', exact: true }).click()
      await page.getByText('请填写桩编号').waitFor()
    },
  },
  { name: 'pile-import', path: () => 'pile-import', act: (page) => page.getByText('下载模板').first().waitFor() },
  { name: 'pile-edit', path: ({ pile }) => `piles/${pile}/edit`, act: (page) => page.getByLabel('名称').waitFor() },
  ...statesOf('pile-edit', ({ pile }) => `piles/${pile}/edit`, 'piles/*'),
  {
    name: 'pile-install',
    size: [1440, 1200],
    path: ({ pile }) => `piles/${pile}/install`,
    act: (page) => page.locator('[data-arrival]').waitFor(),
  },
  { name: 'pile-install-768', size: [768, 1400], path: ({ pile }) => `piles/${pile}/install`, act: (page) => page.locator('[data-arrival]').waitFor() },
  ...statesOf('pile-install', ({ pile }) => `piles/${pile}/install`, 'piles/*/arrival'),
  { name: 'pile-labels', path: ({ pile }) => `piles/${pile}/labels`, act: (page) => page.locator('figure img').first().waitFor() },
  ...statesOf('pile-labels', ({ pile }) => `piles/${pile}/labels`, 'piles/*/labels'),
  { name: 'pile-sessions', path: ({ pile }) => `piles/${pile}?tab=sessions`, act: ready },
  { name: 'pile-commands', path: ({ pile }) => `piles/${pile}?tab=commands`, act: ready },
  ...statesOf('pile', ({ pile }) => `piles/${pile}`, 'piles/*'),
  { name: 'sessions', path: () => 'sessions', act: ready },
  { name: 'sessions-768', size: [768, 1024], path: () => 'sessions?state=all', act: ready },
  { name: 'sessions-settled', path: () => 'sessions?state=settled', act: ready },
  ...statesOf('sessions', () => 'sessions', 'sessions?*'),
  emptyOf('sessions', () => 'sessions', 'sessions?*', { sessions: [] }),
  {
    name: 'session',
    size: [1440, 1250],
    path: ({ session }) => `sessions/${session}`,
    act: async (page) => (await page.getByText('实时更新').waitFor(), page.waitForTimeout(40_000)),
  },
  { name: 'session-ended', path: ({ endedSession }) => `sessions/${endedSession}`, act: (page) => page.getByText('查看充电订单').waitFor() },
  {
    name: 'session-stop',
    path: ({ session }) => `sessions/${session}`,
    act: async (page) => {
      await page.getByRole('button', { name: '停止充电' }).click()
      await page.getByRole('button', { name: '确认停止' }).click()
      await page.getByRole('alert').waitFor()
      await page.waitForTimeout(500)
    },
  },
  ...statesOf('session', ({ session }) => `sessions/${session}`, 'sessions/*'),
  { name: 'staff', path: () => 'staff', act: ready },
  { name: 'staff-768', size: [768, 1024], path: () => 'staff', act: ready },
  ...statesOf('staff', () => 'staff', 'staff?*'),
  { name: 'staff-new', path: () => 'staff/new', act: (page) => page.getByText('可见充电站').first().waitFor() },
  {
    name: 'staff-new-missing',
    path: () => 'staff/new',
    act: async (page) => {
      await page.locator('form').getByRole('button', { name: '新增员工' }).click()
      await page.getByText('请填写姓名').waitFor()
    },
  },
  { name: 'staff-member', path: () => 'staff/1', act: (page) => page.getByText('登录中的设备').waitFor() },
  { name: 'staff-nobody', path: () => 'staff/999999', act: (page) => page.getByText('没有找到员工').first().waitFor() },
  { name: 'roles', path: () => 'roles', act: ready },
  { name: 'roles-768', size: [768, 1024], path: () => 'roles', act: ready },
  ...statesOf('roles', () => 'roles', 'roles?*'),
  { name: 'role-new', path: () => 'roles/new', act: (page) => page.getByText('从预设开始').waitFor() },
  {
    name: 'role-new-preset',
    path: () => 'roles/new',
    act: async (page) => {
      await page.getByRole('button', { name: '客服' }).click()
      await page.getByText('可以做的事').waitFor()
    },
  },
  { name: 'role-768', size: [768, 1024], path: () => 'roles/new', act: (page) => page.getByText('从预设开始').waitFor() },
  ...settingsScenes,
  { name: 'account', path: () => 'account', act: ready },
  { name: 'account-768', size: [768, 1024], path: () => 'account', act: ready },
  {
    name: 'account-second-factor',
    path: () => 'account',
    act: (page) => page.getByRole('button', { name: '绑定二次验证' }).click(),
  },
  { name: 'orders', path: () => 'orders', act: ready },
  { name: 'orders-1280', size: [1280, 800], path: () => 'orders', act: ready },
  { name: 'orders-768', size: [768, 1024], path: () => 'orders', act: ready },
  {
    name: 'orders-dates',
    path: () => 'orders?from_date=2026-11-01&to_date=2026-11-23',
    act: async (page) => {
      await page.getByText('自选日期').click()
      await page.getByRole('option', { name: '近 7 天' }).waitFor()
      await page.waitForTimeout(500)
    },
  },
  {
    name: 'orders-dates-wrong',
    path: () => 'orders',
    act: async (page) => {
      await page.getByLabel('开始日期', { exact: true }).fill('下周')
      await page.getByLabel('开始日期', { exact: true }).press('Enter')
      await page.getByRole('alert').waitFor({ state: 'attached' })
    },
  },
  {
    name: 'orders-dates-reversed',
    path: () => 'orders?from_date=2026-11-23&to_date=2026-11-01',
    act: (page) => page.getByText('对调两个日期').waitFor(),
  },
  {
    name: 'orders-select',
    path: () => 'orders',
    act: async (page) => {
      await ready(page)
      await page.getByText('全部状态').click()
      await page.getByRole('option', { name: '已更正' }).waitFor()
      await page.waitForTimeout(500)
    },
  },
  { name: 'orders-nothing-found', path: () => 'orders?state=corrected', act: (page) => page.getByText('没有符合条件').waitFor() },
  { name: 'orders-bad-filter', path: () => 'orders?state=x&driver_no=D1', act: (page) => page.getByText('知道了').waitFor() },
  ...statesOf('orders', () => 'orders', 'orders?*'),
  emptyOf('orders', () => 'orders', 'orders?*', { orders: [] }),
  { name: 'order', size: [1440, 1250], path: ({ order }) => `orders/${order}`, act: ready },
  { name: 'order-768', size: [768, 1600], path: ({ order }) => `orders/${order}`, act: ready },
  { name: 'order-not-found', isStaged: true, path: () => 'orders/O404', act: (page) => page.getByText('返回充电订单列表').waitFor() },
  ...statesOf('order', ({ order }) => `orders/${order}`, 'orders/*'),
  ...moneyScenes,
  {
    name: 'banner-offline',
    path: () => 'orders',
    isStaged: true,
    act: async (page, context) => {
      await ready(page)
      await context.setOffline(true)
      await page.getByText('页面上是断开前的数据').waitFor()
    },
  },
  {
    name: 'refresh-failed',
    path: () => 'stations',
    isStaged: true,
    act: async (page) => {
      await ready(page)
      await page.route(`${API}stations?*`, isBusy)
      await page.getByText('的数据。').waitFor({ timeout: 15_000 })
    },
  },
  {
    name: 'log-in-again',
    path: () => 'stations',
    isStaged: true,
    act: async (page) => {
      await ready(page)
      await page.route(`${API}stations?*`, isExpired)
      await page.getByText('登录已失效').waitFor({ timeout: 15_000 })
      await page.waitForTimeout(500)
    },
  },
  {
    name: 'account-menu',
    path: () => 'stations',
    act: async (page) => {
      await ready(page)
      await page.getByRole('button', { name: /账号菜单/ }).click()
      await page.getByText('退出登录').waitFor()
      await page.waitForTimeout(500)
    },
  },
  {
    name: 'menu-over',
    size: [768, 1024],
    path: () => 'stations',
    act: async (page) => {
      await ready(page)
      await page.getByRole('button', { name: '展开菜单' }).click()
      await page.waitForTimeout(400)
    },
  },
  {
    name: 'toast',
    path: ({ pile }) => `piles/${pile}`,
    act: async (page, context) => {
      await context.grantPermissions(['clipboard-write'])
      await page.getByRole('button', { name: '复制桩编号' }).click()
      await page.getByText('已复制桩编号').waitFor()
      await page.waitForTimeout(400)
    },
  },
  {
    name: 'menu-folded',
    path: () => 'stations',
    act: async (page) => {
      await ready(page)
      await page.getByRole('button', { name: '收起菜单' }).click()
      await page.waitForTimeout(400)
    },
  },
  {
    name: 'forbidden',
    path: () => 'orders',
    before: (page) =>
      page.route(`${API}me`, async (route) => {
        const answer = await route.fetch()
        const body = { ...(await answer.json()), permissions: ['station.read'] }
        await route.fulfill({ response: answer, json: body })
      }),
    act: (page) => page.getByText('您没有权限').waitFor(),
  },
  {
    name: 'start-failed',
    path: () => '',
    isStaged: true,
    before: (page) => page.route(`${API}me`, isBusy),
    act: (page) => page.getByText('请求编号').waitFor(),
  },
  { name: 'not-found', path: () => 'nothing/here', act: settled },
]
