/** Scenes of drivers' money: top-ups, refunds, adjustments, and the proof of an order. */

import { emptyOf, ready, statesOf } from './scene_states.js'

export const moneyScenes = [
  { name: 'order-proof', size: [1440, 1250], path: ({ order }) => `orders/${order}/proof`, act: ready },
  { name: 'order-proof-1280', size: [1280, 1250], path: ({ order }) => `orders/${order}/proof`, act: ready },
  { name: 'order-proof-768', size: [768, 1600], path: ({ order }) => `orders/${order}/proof`, act: ready },
  ...statesOf('order-proof', ({ order }) => `orders/${order}/proof`, 'orders/*/proof'),
  { name: 'payments', path: () => 'payments', act: ready },
  { name: 'payments-768', size: [768, 1024], path: () => 'payments', act: ready },
  ...statesOf('payments', () => 'payments', 'payments?*'),
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
  { name: 'refund-not-found', isStaged: true, path: () => 'refunds/R404', act: (page) => page.getByText('返回退款列表').waitFor() },
]
