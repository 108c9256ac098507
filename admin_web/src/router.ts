/** Addresses of the desk. A page names the permission it needs; who lacks it sees why instead. */

import { shallowRef } from 'vue'
import { createRouter, createWebHistory, type RouteLocationNormalized } from 'vue-router'

import { ApiError } from './api/errors'
import { menuOf } from './layout/menu'
import { pages } from './routes'
import { keepScroll } from './state/kept_scroll'
import { mayLeave } from './state/leaving'
import { titleWindow } from './state/object_title'
import { can, isObliged, leave, loadProfile, staff } from './state/staff'

/** Why not even the first page could be shown. */
export const startError = shallowRef<ApiError | null>(null)

const pages: RouteRecordRaw[] = [
  {
    path: '',
    name: 'home',
    component: () => import('./pages/home/HomePage.vue'),
    meta: { title: '首页', permission: 'dashboard.read' },
  },
  {
    path: 'stations',
    name: 'stations',
    component: () => import('./pages/stations/StationListPage.vue'),
    meta: { title: '充电站', permission: 'station.read' },
  },
  {
    path: 'stations/new',
    name: 'station-new',
    component: () => import('./pages/stations/StationNewPage.vue'),
    meta: { title: '新建充电站', permission: 'station.edit', under: 'stations' },
  },
  {
    path: 'stations/:stationNo/edit',
    name: 'station-edit',
    component: () => import('./pages/stations/StationEditPage.vue'),
    props: true,
    meta: { title: '修改充电站', permission: 'station.edit', under: 'stations' },
  },
  {
    path: 'stations/:stationNo',
    name: 'station',
    component: () => import('./pages/stations/StationPage.vue'),
    props: true,
    meta: { title: '充电站详情', permission: 'station.read', under: 'stations' },
  },
  {
    path: 'piles',
    name: 'piles',
    component: () => import('./pages/piles/PileListPage.vue'),
    meta: { title: '充电桩', permission: 'pile.read' },
  },
  {
    path: 'pile-new',
    name: 'pile-new',
    component: () => import('./pages/piles/PileNewPage.vue'),
    meta: { title: '新增充电桩', permission: 'pile.edit', under: 'piles' },
  },
  {
    path: 'pile-import',
    name: 'pile-import',
    component: () => import('./pages/piles/PileImportPage.vue'),
    meta: { title: '导入充电桩', permission: 'pile.edit', under: 'piles' },
  },
  {
    path: 'piles/:pileNo/edit',
    name: 'pile-edit',
    component: () => import('./pages/piles/PileEditPage.vue'),
    props: true,
    meta: { title: '修改充电桩', permission: 'pile.edit', under: 'piles' },
  },
  {
    path: 'piles/:pileNo/install',
    name: 'pile-install',
    component: () => import('./pages/piles/PileInstallPage.vue'),
    props: true,
    meta: { title: '安装与上线', permission: 'pile.read', under: 'piles' },
  },
  {
    path: 'piles/:pileNo/labels',
    name: 'pile-labels',
    component: () => import('./pages/piles/PileLabelsPage.vue'),
    props: true,
    meta: { title: '二维码标签', permission: 'pile.label', under: 'piles' },
  },
  {
    path: 'piles/:pileNo',
    name: 'pile',
    component: () => import('./pages/piles/PilePage.vue'),
    props: true,
    meta: { title: '充电桩详情', permission: 'pile.read', under: 'piles' },
  },
  {
    path: 'sessions',
    name: 'sessions',
    component: () => import('./pages/sessions/SessionListPage.vue'),
    meta: { title: '充电过程', permission: 'order.read' },
  },
  {
    path: 'sessions/:sessionNo',
    name: 'session',
    component: () => import('./pages/sessions/SessionPage.vue'),
    props: true,
    meta: { title: '充电过程详情', permission: 'order.read', under: 'sessions' },
  },
  {
    path: 'orders',
    name: 'orders',
    component: () => import('./pages/orders/OrderListPage.vue'),
    meta: { title: '充电订单', permission: 'order.read' },
  },
  {
    path: 'orders/:orderNo',
    name: 'order',
    component: () => import('./pages/orders/OrderPage.vue'),
    props: true,
    meta: { title: '订单详情', permission: 'order.read', under: 'orders' },
  },
  {
    path: 'tariffs',
    name: 'tariffs',
    component: () => import('./pages/tariffs/TariffListPage.vue'),
    meta: { title: '计费模型', permission: 'tariff.read' },
  },
  {
    path: 'tariffs/:tariffNo',
    name: 'tariff',
    component: () => import('./pages/tariffs/TariffPage.vue'),
    props: true,
    meta: { title: '计费模型详情', permission: 'tariff.read', under: 'tariffs' },
  },
  {
    path: 'tariffs/:tariffNo/draft',
    name: 'tariff-draft',
    component: () => import('./pages/tariffs/DraftPage.vue'),
    props: true,
    meta: { title: '编辑计费模型', permission: 'tariff.edit', under: 'tariffs' },
  },
  {
    path: 'tariffs/:tariffNo/versions/:version',
    name: 'tariff-version',
    component: () => import('./pages/tariffs/VersionPage.vue'),
    props: true,
    meta: { title: '计费模型版本', permission: 'tariff.read', under: 'tariffs' },
  },
  {
    path: 'holidays',
    name: 'holidays',
    component: () => import('./pages/holidays/HolidayPage.vue'),
    meta: { title: '节假日日历', permission: 'tariff.read' },
    path: 'refunds',
    name: 'refunds',
    component: () => import('./pages/refunds/RefundListPage.vue'),
    meta: { title: '退款', permission: 'refund.read' },
  },
  {
    path: 'refunds/:refundNo',
    name: 'refund',
    component: () => import('./pages/refunds/RefundPage.vue'),
    props: true,
    meta: { title: '退款详情', permission: 'refund.read', under: 'refunds' },
  },
  {
    path: 'payments',
    name: 'payments',
    component: () => import('./pages/refunds/PaymentListPage.vue'),
    meta: { title: '充值记录', permission: 'refund.read', under: 'refunds' },
  },
  {
    path: 'quarantine',
    name: 'quarantine',
    component: () => import('./pages/quarantine/QuarantinePage.vue'),
    meta: { title: '隔离的桩消息', permission: 'quarantine.read' },
  },
  {
    path: 'staff',
    name: 'staff',
    component: () => import('./pages/staff/StaffListPage.vue'),
    meta: { title: '员工', permission: 'staff.read' },
  },
  {
    path: 'staff/new',
    name: 'staff-new',
    component: () => import('./pages/staff/StaffFormPage.vue'),
    meta: { title: '新增员工', permission: 'staff.edit', under: 'staff' },
  },
  {
    path: 'staff/:staffId',
    name: 'staff-member',
    component: () => import('./pages/staff/StaffPage.vue'),
    props: true,
    meta: { title: '员工详情', permission: 'staff.read', under: 'staff' },
  },
  {
    path: 'staff/:staffId/edit',
    name: 'staff-edit',
    component: () => import('./pages/staff/StaffFormPage.vue'),
    props: true,
    meta: { title: '修改员工', permission: 'staff.edit', under: 'staff' },
  },
  {
    path: 'roles',
    name: 'roles',
    component: () => import('./pages/roles/RoleListPage.vue'),
    meta: { title: '角色', permission: 'staff.read' },
  },
  {
    path: 'roles/new',
    name: 'role-new',
    component: () => import('./pages/roles/RoleFormPage.vue'),
    meta: { title: '新建角色', permission: 'role.edit', under: 'roles' },
  },
  {
    path: 'roles/:roleId',
    name: 'role-edit',
    component: () => import('./pages/roles/RoleFormPage.vue'),
    props: true,
    meta: { title: '角色', permission: 'staff.read', under: 'roles' },
  },
  {
    path: 'account',
    name: 'account',
    component: () => import('./pages/account/AccountPage.vue'),
    meta: { title: '我的账号' },
  },
  {
    path: ':path(.*)*',
    name: 'not-found',
    component: () => import('./pages/NotFoundPage.vue'),
    meta: { title: '页面不存在' },
  },
]

export const router = createRouter({
  history: createWebHistory(import.meta.env.BASE_URL),
  routes: [
    {
      path: '/login',
      name: 'login',
      component: () => import('./pages/login/LoginPage.vue'),
      meta: { title: '登录', isPublic: true },
    },
    {
      path: '/begin',
      name: 'begin',
      component: () => import('./pages/begin/BeginPage.vue'),
      meta: { title: '开始使用', isPublic: true },
    },
    { path: '/', component: () => import('./layout/AppLayout.vue'), children: pages },
  ],
})

keepScroll(router)

router.beforeEach(async (to, from) => to.path === from.path || (await mayLeave()))

router.beforeEach(async (to) => {
  if (to.meta.isPublic) return true
  if (!staff.profile && !(await findStaff())) return { name: 'login', query: nextOf(to) }
  if (isObliged()) return to.name === 'account' ? true : { name: 'account' }
  return to.name === 'home' ? (firstPage() ?? true) : true
})

router.afterEach((to, from) => {
  if (to.path !== from.path) titleWindow(to.meta.title)
})

/** The pages of the menu that this member of staff may open. */
export function isAllowed(to: Pick<RouteLocationNormalized, 'meta'>): boolean {
  return to.meta.permission === undefined || can(to.meta.permission)
}

/** Where somebody begins who may not open the home page; null for home itself, or where there is nothing to open. */
function firstPage(): { name: string } | null {
  const first = menuOf(staff.profile?.permissions ?? [])[0]?.entries[0]
  return first && first.name !== 'home' ? { name: first.name } : null
}

/** What was not to be had at the start may be now. */
export async function startAgain(): Promise<void> {
  const before = startError.value
  const isSomebody = await findStaff()
  if (startError.value !== before) return // it still cannot
  if (!isSomebody) await router.replace({ name: 'login', query: nextOf(router.currentRoute.value) })
  startError.value = null
}

/** Whether somebody is logged in; false leads to the log-in page. */
async function findStaff(): Promise<boolean> {
  if (!staff.hasToken) return false
  try {
    await loadProfile()
    return true
  } catch (reason) {
    if (!(reason instanceof ApiError)) throw reason
    if (!reason.isUnauthenticated) {
      startError.value = reason
      return true // App.vue shows the error in the place of any page
    }
    leave()
    return false
  }
}

function nextOf(to: RouteLocationNormalized): Record<string, string> {
  return to.fullPath === '/' ? {} : { next: to.fullPath }
}
