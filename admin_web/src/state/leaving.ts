/** Unsaved changes: whoever has some is asked before a page, a drawer or the whole desk is left. */

import { onScopeDispose, shallowRef } from 'vue'

const dirty = new Set<() => boolean>()

/** The question that is open, to be answered by the layout's dialog. */
export const leaveQuestion = shallowRef<((leave: boolean) => void) | null>(null)

addEventListener('beforeunload', (event) => {
  if (isDirty()) event.preventDefault()
})

/** Ask before leaving while `isDirty` says so, until the component is gone. */
export function guardLeaving(isDirtyNow: () => boolean): void {
  dirty.add(isDirtyNow)
  onScopeDispose(() => dirty.delete(isDirtyNow))
}

/** True at once where nothing would be lost; `only` looks at one part of the page. */
export function mayLeave(only?: () => boolean): Promise<boolean> {
  if (!(only ?? isDirty)()) return Promise.resolve(true)
  leaveQuestion.value?.(false)
  return new Promise((answer) => {
    leaveQuestion.value = (leave) => {
      leaveQuestion.value = null
      answer(leave)
    }
  })
}

function isDirty(): boolean {
  return [...dirty].some((is) => is())
}
