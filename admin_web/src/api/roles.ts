import { client, unwrap } from './client'
import type { paths } from './schema'
import type { PermissionTree, Role, RolePage, RoleTerms } from './types'

export type RolesQuery = NonNullable<paths['/api/v1/admin/roles']['get']['parameters']['query']>

const MOST = 100

export function listRoles(query: RolesQuery, signal?: AbortSignal): Promise<RolePage> {
  return unwrap(client.GET('/api/v1/admin/roles', { params: { query }, signal: signal ?? null }))
}

/** Those of one operator, to choose from. */
export async function listRolesOf(operatorNo: string, signal: AbortSignal): Promise<readonly Role[]> {
  return (await listRoles({ operator_no: operatorNo, limit: MOST }, signal)).roles
}

export function getRole(id: string, signal?: AbortSignal): Promise<Role> {
  return unwrap(client.GET('/api/v1/admin/roles/{role_id}', { params: { path: { role_id: id } }, signal: signal ?? null }))
}

export function getPermissionTree(signal?: AbortSignal): Promise<PermissionTree> {
  return unwrap(client.GET('/api/v1/admin/permissions', { signal: signal ?? null }))
}

export function createRole(terms: RoleTerms, operatorNo: string | null): Promise<Role> {
  return unwrap(client.POST('/api/v1/admin/roles', { body: { terms, operator_no: operatorNo } }))
}

export function editRole(id: string, terms: RoleTerms, rowVersion: number): Promise<Role> {
  const body = { terms, row_version: rowVersion }
  return unwrap(client.PUT('/api/v1/admin/roles/{role_id}', { params: { path: { role_id: id } }, body }))
}

export async function deleteRole(id: string): Promise<void> {
  await unwrap(client.DELETE('/api/v1/admin/roles/{role_id}', { params: { path: { role_id: id } } }))
}
