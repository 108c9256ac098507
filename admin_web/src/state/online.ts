/** Whether the browser has a network and our server was reached with the latest request. */

import { computed, shallowRef } from 'vue'

const hasNetwork = shallowRef(navigator.onLine)
const isReached = shallowRef(true)

export const isOnline = computed(() => hasNetwork.value && isReached.value)

addEventListener('online', () => (hasNetwork.value = true))
addEventListener('offline', () => (hasNetwork.value = false))

/** What the latest request told. */
export function reportReached(reached: boolean): void {
  isReached.value = reached
}
