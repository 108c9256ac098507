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
