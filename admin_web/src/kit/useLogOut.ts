/** Out of the desk, and to the log-in page. */

import { useRouter } from 'vue-router'

import { ApiError } from '@/api/errors'
import { logOut } from '@/state/staff'

export function useLogOut(): () => Promise<void> {
  const router = useRouter()
  return async () => {
    try {
      await logOut()
    } catch (reason) {
      if (!(reason instanceof ApiError)) throw reason // the token was forgotten here, and ends by itself there
    }
    await router.push({ name: 'login' })
  }
}
