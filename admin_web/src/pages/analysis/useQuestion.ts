/** An answer that follows what is asked: another question, and it is loaded anew; what was shown stays until then. */

import { watch } from 'vue'
import { useRoute } from 'vue-router'

import { ApiError } from '@/api/errors'
import { useLoad, type Load } from '@/kit/useLoad'

/** `problem`: why the question is not asked as it stands. */
export function useQuestion<Q extends object, T>(
  question: () => Q,
  ask: (question: Q, signal: AbortSignal) => Promise<T>,
  problem: () => string = () => '',
): Load<T> {
  const route = useRoute()
  const { path } = route
  const load = useLoad((signal) => {
    const why = problem()
    return why ? Promise.reject(new ApiError('conflict', why)) : ask(question(), signal)
  })
  watch(
    () => JSON.stringify(question()),
    () => {
      if (route.path === path) void load.run() // elsewhere the address is another page's
    },
  )
  return load
}
