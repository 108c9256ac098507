/** Scenes of drivers' money: top-ups, refunds, adjustments, and the proof of an order. */

import { REFUNDS } from './sample_rows.js'
import { emptyOf, ready, settled, statesOf, tell } from './scene_states.js'

export const moneyScenes = [
  { name: 'order-proof', size: [1440, 1250], path: ({ order }) => `orders/${order}/proof`, act: ready },
  { name: 'order-proof-1280', size: [1280, 1250], path: ({ order }) => `orders/${order}/proof`, act: ready },
  { name: 'order-proof-768', size: [768, 1600], path: ({ order }) => `orders/${order}/proof`, act: ready },
  ...statesOf('order-proof', ({ order }) => `orders/${order}/proof`, 'orders/*/proof'),
  { name: 'payments', path: () => 'payments', act: ready },
  { name: 'payments-768', size: [768, 1024], path: () => 'payments', act: ready },
  ...statesOf('payments', () => 'payments', 'payments?*'),
  emptyOf('payments', () => 'payments', 'payments?*', { payments: [] }),
  ...[1440, 1280, 768].map((width) => ({
    name: `refunds-${width}`,
    size: [width, 900],
    path: () => 'refunds',
    before: tell('refunds?*', REFUNDS),
    act: ready,
  })),
  ...statesOf('refunds', () => 'refunds', 'refunds?*'),
  emptyOf('refunds', () => 'refunds', 'refunds?*', {
    refunds: [],
    figures: { going: { count: 0, is_capped: false }, waiting: { count: 0, is_capped: false }, oldest_asked_at: null, median_s: null, timed: 0, failed_median_s: null, failed_timed: 0 },
  }),
  { name: 'adjustments', path: () => 'adjustments', act: ready },
  { name: 'adjustments-1280', size: [1280, 800], path: () => 'adjustments', act: ready },
  { name: 'adjustments-768', size: [768, 1024], path: () => 'adjustments', act: ready },
  {
    name: 'adjustments-ask',
    path: () => 'adjustments',
    act: async (page) => {
      await page.getByRole('button', { name: '调整车主余额' }).click()
      await page.getByLabel('内部原因').waitFor()
    },
  },
  ...statesOf('adjustments', () => 'adjustments', 'adjustments?*'),
  emptyOf('adjustments', () => 'adjustments', 'adjustments?*', { adjustments: [] }),
  { name: 'movements', path: () => 'movements', act: ready },
  { name: 'movements-1280', size: [1280, 800], path: () => 'movements', act: ready },
  { name: 'movements-768', size: [768, 1024], path: () => 'movements', act: ready },
  { name: 'movements-narrowed', path: () => 'movements?kind=charge&hour=18&weekday=3&from_date=2026-01-01&to_date=2026-12-31', act: settled },
  { name: 'movements-too-wide', path: () => 'movements?least_fen=1', act: settled },
  {
    name: 'movements-views',
    path: () => 'movements?kind=charge',
    act: async (page) => {
      await settled(page)
      await page.getByRole('button', { name: '常用筛选' }).click()
      await page.getByLabel('名字').waitFor()
    },
  },
  ...statesOf('movements', () => 'movements', 'movements?*'),
  emptyOf('movements', () => 'movements', 'movements?*', { movements: [] }),
  {
    name: 'drivers-phone',
    path: () => 'drivers',
    act: async (page) => {
      await ready(page)
      await page.getByRole('button', { name: '按手机号查找' }).click()
      await page.getByRole('button', { name: '查找', exact: true }).waitFor()
    },
  },
  ...['注销', '导出个人信息'].map((name, number) => ({
    name: `driver-privacy-${number + 1}`,
    path: () => 'drivers',
    act: async (page) => {
      await openDriver(page)
      await page.getByRole('button', { name, exact: true }).click()
      await page.getByRole('dialog').waitFor()
    },
  })),
  {
    name: 'driver-wallet',
    path: () => 'drivers',
    act: async (page) => {
      await openDriver(page)
      await page.getByRole('link', { name: '钱包明细' }).click()
      await page.getByRole('region', { name: '钱包明细' }).or(page.getByText('还没有变动')).waitFor()
    },
  },
  { name: 'drivers', path: () => 'drivers', act: ready },
  { name: 'drivers-1280', size: [1280, 800], path: () => 'drivers', act: ready },
  { name: 'drivers-768', size: [768, 1024], path: () => 'drivers', act: ready },
  ...statesOf('drivers', () => 'drivers', 'drivers?*'),
  emptyOf('drivers', () => 'drivers', 'drivers?*', { drivers: [] }),
  { name: 'driver', path: () => 'drivers', act: openDriver },
  { name: 'driver-768', size: [768, 1400], path: () => 'drivers', act: openDriver },
  {
    name: 'driver-freeze',
    path: () => 'drivers',
    act: async (page) => {
      await openDriver(page)
      await page.getByRole('button', { name: '冻结' }).click()
      await page.getByRole('textbox', { name: '原因' }).waitFor()
    },
  },
  ...['充电', '充值', '退款'].map((tab, number) => ({
    name: `driver-tab-${number + 1}`,
    path: () => 'drivers',
    act: async (page) => {
      await openDriver(page)
      await page.getByRole('link', { name: tab, exact: true }).last().click()
      await page.getByText('列表中查看全部').waitFor()
    },
  })),
  {
    name: 'orders-export',
    path: () => 'orders?state=settled',
    act: async (page) => {
      await ready(page)
      await page.getByRole('button', { name: '导出' }).click()
      await page.getByRole('button', { name: '开始导出' }).waitFor()
    },
  },
  {
    name: 'exports',
    path: () => 'orders',
    act: async (page) => {
      await ready(page)
      await page.getByRole('button', { name: '导出' }).click()
      await page.getByRole('button', { name: '开始导出' }).click()
      await page.getByRole('button', { name: '下载' }).first().waitFor({ timeout: 20_000 })
    },
  },
  { name: 'exports-1280', size: [1280, 800], path: () => 'exports', act: ready },
  { name: 'exports-768', size: [768, 1024], path: () => 'exports', act: ready },
  ...statesOf('exports', () => 'exports', 'exports?*'),
  emptyOf('exports', () => 'exports', 'exports?*', { exports: [] }),
  { name: 'driver-not-found', isStaged: true, path: () => 'drivers/D404', act: (page) => page.getByText('返回车主列表').waitFor() },
  { name: 'refund-not-found', isStaged: true, path: () => 'refunds/R404', act: (page) => page.getByText('返回退款列表').waitFor() },
]

async function openDriver(page) {
  await ready(page)
  await page.locator('main .scroll tbody a').first().click()
  await page.getByText('充电次数').waitFor()
}
