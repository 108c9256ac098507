import { client, unwrap } from './client'
import type { Dashboard } from './types'

export function getDashboard(signal: AbortSignal): Promise<Dashboard> {
  return unwrap(client.GET('/api/v1/admin/dashboard', { signal }))
}
