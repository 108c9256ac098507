import { client, unwrap } from './client'
import type { Dashboard } from './types'

/** Of today, or of a past day. */
export function getDashboard(day: string | null, signal: AbortSignal): Promise<Dashboard> {
  return unwrap(client.GET('/api/v1/admin/dashboard', { params: { query: { date: day } }, signal }))
}
