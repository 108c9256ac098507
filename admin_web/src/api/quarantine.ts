import { client, unwrap } from './client'
import type { paths } from './schema'
import type { QuarantinedMessage, QuarantinePage } from './types'

type Query = NonNullable<paths['/api/v1/admin/quarantine']['get']['parameters']['query']>
export type QuarantineQuery = Omit<Query, 'is_closed'> & { is_closed?: 'true' | 'false' | null }

export function listQuarantine({ is_closed, ...rest }: QuarantineQuery, signal: AbortSignal): Promise<QuarantinePage> {
  const query = { ...rest, is_closed: is_closed ? is_closed === 'true' : null }
  return unwrap(client.GET('/api/v1/admin/quarantine', { params: { query }, signal }))
}

export function getQuarantined(id: number, signal: AbortSignal): Promise<QuarantinedMessage> {
  const path = { quarantine_id: String(id) }
  return unwrap(client.GET('/api/v1/admin/quarantine/{quarantine_id}', { params: { path }, signal }))
}

/** Say what became of it. */
export function closeQuarantined(id: number, note: string): Promise<QuarantinedMessage> {
  const path = { quarantine_id: String(id) }
  return unwrap(client.POST('/api/v1/admin/quarantine/{quarantine_id}/close', { params: { path }, body: { note } }))
}
