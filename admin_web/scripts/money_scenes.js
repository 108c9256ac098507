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
    figures: { going: { count: 0, is_capped: false }, waiting: { count: 0, is_capped: false }, oldest_asked_at: null, median_s: null, timed: 0 },
  }),
  { name: 'refund-not-found', isStaged: true, path: () => 'refunds/R404', act: (page) => page.getByText('返回退款列表').waitFor() },
]
