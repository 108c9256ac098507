/** Repeats something while the page is looked at. */

import { onScopeDispose } from 'vue'

/** `work` runs `pauseMs` after its last end, never in a hidden tab; at once when the tab is shown again. */
export function usePolling(work: () => Promise<unknown>, pauseMs: number): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let isRunning = false
  let isOver = false

  async function tick(): Promise<void> {
    if (isRunning) return
    isRunning = true
    try {
      await work()
    } finally {
      isRunning = false
      plan()
    }
  }

  function plan(): void {
    clearTimeout(timer)
    if (!document.hidden && !isOver) timer = setTimeout(() => void tick(), pauseMs)
  }

  function onVisible(): void {
    if (document.hidden) clearTimeout(timer)
    else void tick()
  }

  document.addEventListener('visibilitychange', onVisible)
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', onVisible)
    clearTimeout(timer)
    isOver = true
  })
  plan()
}
