import { client, unwrap } from './client'
import type { paths } from './schema'
import type { AuditEntry, AuditLook, AuditPage } from './types'

export type AuditQuery = NonNullable<paths['/api/v1/admin/audit']['get']['parameters']['query']>

export function listAudit(query: AuditQuery, signal: AbortSignal): Promise<AuditPage> {
  return unwrap(client.GET('/api/v1/admin/audit', { params: { query }, signal }))
}

export function getAuditEntry(id: number, signal: AbortSignal): Promise<AuditEntry> {
  const path = { audit_id: String(id) }
  return unwrap(client.GET('/api/v1/admin/audit/{audit_id}', { params: { path }, signal }))
}

/** Follow the chain a part further, on from link `after`. */
export function lookAtChain(after: number, signal: AbortSignal): Promise<AuditLook> {
  return unwrap(client.GET('/api/v1/admin/audit-chain', { params: { query: { after } }, signal }))
}
