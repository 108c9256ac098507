/** Drivers' money: what goes back, what came in, what staff adjusted. */

import type { RouteRecordRaw } from 'vue-router'

export const money: RouteRecordRaw[] = [
  {
    path: 'refunds',
    name: 'refunds',
    component: () => import('./pages/refunds/RefundListPage.vue'),
    meta: { title: '退款', permission: 'refund.read', under: 'payments' },
  },
  {
    path: 'refunds/:refundNo',
    name: 'refund',
    component: () => import('./pages/refunds/RefundPage.vue'),
    props: true,
    meta: { title: '退款详情', permission: 'refund.read', under: 'payments' },
  },
  {
    path: 'payments',
    name: 'payments',
    component: () => import('./pages/refunds/PaymentListPage.vue'),
    meta: { title: '充值记录', permission: 'refund.read' },
  },
  {
    path: 'adjustments',
    name: 'adjustments',
    component: () => import('./pages/adjustments/AdjustmentListPage.vue'),
    meta: { title: '余额调整', permission: 'adjustment.read' },
  },
]
