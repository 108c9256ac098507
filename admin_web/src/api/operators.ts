import { client, unwrap } from './client'
import type { paths } from './schema'
import type { CreatedOperator, OneTimePassword, Operator, OperatorPage } from './types'

type Paths = paths['/api/v1/admin/operators']
export type OperatorQuery = Omit<NonNullable<Paths['get']['parameters']['query']>, 'is_enabled'> & {
  is_enabled?: 'true' | 'false' | null
}
export type NewOperator = Paths['post']['requestBody']['content']['application/json']
export type OperatorEdit = paths['/api/v1/admin/operators/{operator_no}']['put']['requestBody']['content']['application/json']

export function listOperators({ is_enabled, ...rest }: OperatorQuery, signal: AbortSignal): Promise<OperatorPage> {
  const query = { ...rest, is_enabled: is_enabled ? is_enabled === 'true' : null }
  return unwrap(client.GET('/api/v1/admin/operators', { params: { query }, signal }))
}

export function getOperator(operatorNo: string, signal?: AbortSignal): Promise<Operator> {
  const path = { operator_no: operatorNo }
  return unwrap(client.GET('/api/v1/admin/operators/{operator_no}', { params: { path }, signal: signal ?? null }))
}

export function createOperator(body: NewOperator): Promise<CreatedOperator> {
  return unwrap(client.POST('/api/v1/admin/operators', { body }))
}

/** Somebody who may do everything at an operator that has nobody. */
export function appointAdministrator(operatorNo: string, account: string, name: string): Promise<OneTimePassword> {
  const path = { operator_no: operatorNo }
  return unwrap(client.POST('/api/v1/admin/operators/{operator_no}/administrator', { params: { path }, body: { account, name } }))
}

export function editOperator(operatorNo: string, body: OperatorEdit): Promise<Operator> {
  const path = { operator_no: operatorNo }
  return unwrap(client.PUT('/api/v1/admin/operators/{operator_no}', { params: { path }, body }))
}

/** Disable one, or let it work again. */
export function switchOperator(operator: Operator, reason: string): Promise<Operator> {
  const path = { operator_no: operator.operator_no }
  const body = { is_enabled: !operator.is_enabled, reason, row_version: operator.row_version }
  return unwrap(client.POST('/api/v1/admin/operators/{operator_no}/switch', { params: { path }, body }))
}
