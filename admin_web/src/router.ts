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
