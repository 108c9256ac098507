/**
 * How far down a page was, so that "back" returns there and every new page starts at its top. The browser and the
 * router do this for the window; here the content and the tables are what scrolls.
 */

import { onBeforeUnmount, watch, type Ref } from 'vue'
import { useRouter, type Router } from 'vue-router'

/** A page that goes on growing is waited for this long. */
const PATIENCE_MS = 3_000

/** Place in the browser's history → name of the box → how far down. */
const kept = new Map<number, Map<string, number>>()
let isGoing = false

/** Once, at the start. */
export function keepScroll(router: Router): void {
  // The history tells back and forward in the order of asking: the router, which asks at its start, hears after us.
  router.options.history.listen(() => (isGoing = true))
  router.afterEach((to, from) => {
    // Going on from here, what lay ahead is no longer part of the history.
    if (!isGoing && to.fullPath !== from.fullPath) for (const place of kept.keys()) if (place >= placeOf(router)) kept.delete(place)
    isGoing = false
  })
}

/** `box` scrolls; `name` tells it from others that are there at the same time. */
export function useKeptScroll(box: Readonly<Ref<HTMLElement | null>>, name: string): void {
  const router = useRouter()
  let giveUp: () => void = () => undefined

  function remember(): void {
    if (!box.value) return
    const place = placeOf(router)
    kept.set(place, (kept.get(place) ?? new Map<string, number>()).set(name, box.value.scrollTop))
  }

  function restore(): void {
    giveUp()
    const element = box.value
    const wanted = kept.get(placeOf(router))?.get(name) ?? 0
    if (!element) return
    element.scrollTop = wanted
    if (element.scrollTop >= wanted - 1) return
    // What was there is still on its way.
    const observer = new ResizeObserver(() => {
      element.scrollTop = wanted
      if (element.scrollTop >= wanted - 1) giveUp()
    })
    for (const child of element.children) observer.observe(child)
    const timer = setTimeout(() => {
      giveUp()
    }, PATIENCE_MS)
    const events = ['wheel', 'keydown', 'pointerdown'] as const
    giveUp = () => {
      observer.disconnect()
      clearTimeout(timer)
      for (const event of events) element.removeEventListener(event, giveUp)
    }
    for (const event of events) element.addEventListener(event, giveUp, { passive: true })
  }

  watch(
    box,
    (element, _, onCleanup) => {
      if (!element) return
      restore()
      element.addEventListener('scroll', remember, { passive: true })
      onCleanup(() => {
        element.removeEventListener('scroll', remember)
      })
    },
    { flush: 'post' },
  )
  watch(() => router.currentRoute.value.fullPath, restore, { flush: 'post' })
  // The browser tells of scrolling only with the next frame, and the page may be left before it.
  const stop = router.beforeEach(() => {
    if (!isGoing) remember()
  })
  onBeforeUnmount(() => {
    giveUp()
    stop()
  })
}

function placeOf(router: Router): number {
  return Number(router.options.history.state.position ?? 0)
}
