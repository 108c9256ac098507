/** What just happened, in a line that comes and goes: below the bars at the top, never over them. */

import { ElMessage } from 'element-plus'

const GAP_PX = 12

export function tellDone(text: string): void {
  tell('success', text)
}

/** Nothing is broken, but it is not what was wanted either. */
export function tellTrouble(text: string): void {
  tell('warning', text)
}

function tell(type: 'success' | 'warning', message: string): void {
  const content = document.getElementById('content')
  ElMessage({ type, message, grouping: true, offset: (content?.getBoundingClientRect().top ?? 0) + GAP_PX })
}
