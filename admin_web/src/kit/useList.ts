/** A list that follows the address: other filters or another page there, and it is loaded anew. */

import { watch } from 'vue'
import { useRoute } from 'vue-router'

import { useLoad, type Load } from './useLoad'

export function useList<T>(ask: (signal: AbortSignal) => Promise<T>): Load<T> {
  const route = useRoute()
  const path = route.path
  const load = useLoad(ask)
  watch(
    () => route.query,
    () => {
      if (route.path === path) void load.run()
    },
  )
  return load
}
