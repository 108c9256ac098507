/** The time, once a second, for ages and countdowns. */

import { shallowRef } from 'vue'

const TICK_MS = 1_000

export const nowMs = shallowRef(Date.now())

setInterval(() => (nowMs.value = Date.now()), TICK_MS)
