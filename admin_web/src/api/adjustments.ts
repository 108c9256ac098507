import { client, unwrap } from './client'
import type { components, paths } from './schema'
import type { Adjustment, AdjustmentPage, DriverWallet } from './types'

export type AdjustmentQuery = NonNullable<paths['/api/v1/admin/adjustments']['get']['parameters']['query']>
export type AdjustmentRequest = components['schemas']['AdjustmentRequest']

export function listAdjustments(query: AdjustmentQuery, signal: AbortSignal): Promise<AdjustmentPage> {
  return unwrap(client.GET('/api/v1/admin/adjustments', { params: { query }, signal }))
}

/** Done at once within one's day limit, else it waits for somebody else. */
export function askAdjustment(key: string, body: AdjustmentRequest): Promise<Adjustment> {
  const header = { 'Idempotency-Key': key }
  return unwrap(client.POST('/api/v1/admin/adjustments', { params: { header }, body }))
}

export function decideAdjustment(adjustmentNo: string, isApproved: boolean, reason: string): Promise<Adjustment> {
  const path = { adjustment_no: adjustmentNo }
  const body = { is_approved: isApproved, reason }
  return unwrap(client.POST('/api/v1/admin/adjustments/{adjustment_no}/decision', { params: { path }, body }))
}

export function getDriverWallet(driverNo: string, signal: AbortSignal): Promise<DriverWallet> {
  const path = { driver_no: driverNo }
  return unwrap(client.GET('/api/v1/admin/drivers/{driver_no}/wallet', { params: { path }, signal }))
}
