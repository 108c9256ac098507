import { client, unwrap } from './client'
import type { paths } from './schema'
import type { PaymentPage, Refund, RefundPage } from './types'

export type PaymentQuery = NonNullable<paths['/api/v1/admin/payments']['get']['parameters']['query']>
export type RefundQuery = NonNullable<paths['/api/v1/admin/refunds']['get']['parameters']['query']>

export function listPayments(query: PaymentQuery, signal: AbortSignal): Promise<PaymentPage> {
  return unwrap(client.GET('/api/v1/admin/payments', { params: { query }, signal }))
}

export function listRefunds(query: RefundQuery, signal: AbortSignal): Promise<RefundPage> {
  return unwrap(client.GET('/api/v1/admin/refunds', { params: { query }, signal }))
}

export function getRefund(refundNo: string, signal: AbortSignal): Promise<Refund> {
  const path = { refund_no: refundNo }
  return unwrap(client.GET('/api/v1/admin/refunds/{refund_no}', { params: { path }, signal }))
}

/** Under the part's own number: again is harmless. */
export function retryPart(partNo: string): Promise<Refund> {
  const path = { part_no: partNo }
  return unwrap(client.POST('/api/v1/admin/refund-parts/{part_no}/retry', { params: { path } }))
}

/** The same number of the transfer again changes nothing. */
export function payOutPart(partNo: string, reference: string, reason: string): Promise<Refund> {
  const path = { part_no: partNo }
  const body = { reference, reason }
  return unwrap(client.POST('/api/v1/admin/refund-parts/{part_no}/payout', { params: { path }, body }))
}
