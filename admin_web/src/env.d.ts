import 'vue-router'

import type { Permission } from './state/staff'

declare module 'vue-router' {
  interface RouteMeta {
    title: string
    /** Who may open it; any logged-in staff where none is named. */
    permission?: Permission
    /** The list this page belongs under, for the breadcrumb and the menu. */
    under?: string
    isPublic?: boolean
  }
}
