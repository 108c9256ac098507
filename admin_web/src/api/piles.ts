import { client, unwrap } from './client'
import type { paths } from './schema'
import type { PileDetail, PilePage } from './types'

export type PileQuery = NonNullable<paths['/api/v1/admin/piles']['get']['parameters']['query']>

export function listPiles(query: PileQuery, signal: AbortSignal): Promise<PilePage> {
  return unwrap(client.GET('/api/v1/admin/piles', { params: { query }, signal }))
}

export function getPile(pileNo: string, signal: AbortSignal): Promise<PileDetail> {
  const path = { pile_no: pileNo }
  return unwrap(client.GET('/api/v1/admin/piles/{pile_no}', { params: { path }, signal }))
}

/** Let others start on a connector whose last car was not heard unplugged. */
export function releasePlug(connectorNo: string, reason: string): Promise<unknown> {
  const path = { connector_no: connectorNo }
  return unwrap(client.POST('/api/v1/admin/connectors/{connector_no}/release', { params: { path }, body: { reason } }))
}
