import { client, unwrap } from './client'
import type { paths } from './schema'
import type { Policy } from './types'

export type PolicyEdit = paths['/api/v1/admin/policy']['put']['requestBody']['content']['application/json']

/** An operator's policy; null for the platform's. */
export function getPolicy(operatorNo: string | null, signal?: AbortSignal): Promise<Policy> {
  const asked = { signal: signal ?? null }
  if (operatorNo === null) return unwrap(client.GET('/api/v1/admin/policy', asked))
  const path = { operator_no: operatorNo }
  return unwrap(client.GET('/api/v1/admin/operators/{operator_no}/policy', { ...asked, params: { path } }))
}

export function setPolicy(operatorNo: string | null, body: PolicyEdit): Promise<Policy> {
  if (operatorNo === null) return unwrap(client.PUT('/api/v1/admin/policy', { body }))
  const path = { operator_no: operatorNo }
  return unwrap(client.PUT('/api/v1/admin/operators/{operator_no}/policy', { params: { path }, body }))
}
