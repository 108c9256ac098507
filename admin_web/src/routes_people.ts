/** Drivers and what is asked about them. */

import type { RouteRecordRaw } from 'vue-router'

export const people: RouteRecordRaw[] = [
  {
    path: 'drivers',
    name: 'drivers',
    component: () => import('./pages/drivers/DriverListPage.vue'),
    meta: { title: '车主', permission: 'driver.read' },
  },
  {
    path: 'drivers/:driverNo',
    name: 'driver',
    component: () => import('./pages/drivers/DriverPage.vue'),
    props: true,
    meta: { title: '车主详情', permission: 'driver.read', under: 'drivers' },
  },
  {
    path: 'exports',
    name: 'exports',
    component: () => import('./pages/exports/ExportListPage.vue'),
    meta: { title: '导出记录', permission: 'export.make' },
  },
]
