import { client, unwrap } from './client'
import type { paths } from './schema'
import type { Order, OrderPage, OrderProof } from './types'

export type OrderQuery = NonNullable<paths['/api/v1/admin/orders']['get']['parameters']['query']>

export function listOrders(query: OrderQuery, signal: AbortSignal): Promise<OrderPage> {
  return unwrap(client.GET('/api/v1/admin/orders', { params: { query }, signal }))
}

export function getOrder(orderNo: string, signal: AbortSignal): Promise<Order> {
  const path = { order_no: orderNo }
  return unwrap(client.GET('/api/v1/admin/orders/{order_no}', { params: { path }, signal }))
}

export function getOrderProof(orderNo: string, signal: AbortSignal): Promise<OrderProof> {
  const path = { order_no: orderNo }
  return unwrap(client.GET('/api/v1/admin/orders/{order_no}/proof', { params: { path }, signal }))
}
