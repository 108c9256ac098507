import { client, unwrap } from './client'
import type { paths } from './schema'
import type { MovementPage, MovementSums, MovementViews } from './types'

export type MovementQuery = NonNullable<paths['/api/v1/admin/movements']['get']['parameters']['query']>
export type MovementsWanted = NonNullable<paths['/api/v1/admin/movement-sums']['get']['parameters']['query']>

const VIEWS = '/api/v1/admin/movement-views'
const ONE_VIEW = '/api/v1/admin/movement-views/{view_id}'

export function listMovements(query: MovementQuery, signal: AbortSignal): Promise<MovementPage> {
  return unwrap(client.GET('/api/v1/admin/movements', { params: { query }, signal }))
}

export function sumMovements(query: MovementsWanted, signal: AbortSignal): Promise<MovementSums> {
  return unwrap(client.GET('/api/v1/admin/movement-sums', { params: { query }, signal }))
}

export function listMovementViews(signal: AbortSignal): Promise<MovementViews> {
  return unwrap(client.GET(VIEWS, { signal }))
}

export function keepMovementView(name: string, query: Record<string, string>): Promise<MovementViews> {
  return unwrap(client.POST(VIEWS, { body: { name, query } }))
}

export function renameMovementView(id: number, name: string, rowVersion: number): Promise<MovementViews> {
  const path = { view_id: String(id) }
  return unwrap(client.PUT(ONE_VIEW, { params: { path }, body: { name, row_version: rowVersion } }))
}

export function dropMovementView(id: number): Promise<MovementViews> {
  return unwrap(client.DELETE(ONE_VIEW, { params: { path: { view_id: String(id) } } }))
}
