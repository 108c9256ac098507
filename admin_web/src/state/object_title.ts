/** What the page is about by its own name: the breadcrumb and the browser's tab say it. */

import { onScopeDispose, shallowRef, watchEffect } from 'vue'

const PRODUCT = '欣象充电桩管理系统'

export const objectTitle = shallowRef('')
let owner = {}

export function titleWindow(title: string): void {
  document.title = `${title} · ${PRODUCT}`
}

/** Until the page is left; `of` may learn the name later. */
export function nameObject(of: () => string): void {
  const mine = (owner = {})
  watchEffect(() => {
    objectTitle.value = of()
    titleWindow(of())
  })
  onScopeDispose(() => {
    // The next page may be there already.
    if (owner === mine) objectTitle.value = ''
  })
}
