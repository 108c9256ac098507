import { client, unwrap } from './client'
import type { paths } from './schema'
import type { Agreement, AgreementPage } from './types'

type Paths = paths['/api/v1/admin/agreements']
export type AgreementQuery = Omit<NonNullable<Paths['get']['parameters']['query']>, 'is_draft'> & {
  is_draft?: 'true' | 'false' | null
}
export type NewAgreement = Paths['post']['requestBody']['content']['application/json']
export type AgreementEdit =
  paths['/api/v1/admin/agreements/{agreement_no}']['put']['requestBody']['content']['application/json']

export function listAgreements({ is_draft, ...rest }: AgreementQuery, signal: AbortSignal): Promise<AgreementPage> {
  const query = { ...rest, is_draft: is_draft ? is_draft === 'true' : null }
  return unwrap(client.GET('/api/v1/admin/agreements', { params: { query }, signal }))
}

export function getAgreement(agreementNo: string, signal?: AbortSignal): Promise<Agreement> {
  const path = { agreement_no: agreementNo }
  return unwrap(client.GET('/api/v1/admin/agreements/{agreement_no}', { params: { path }, signal: signal ?? null }))
}

export function draftAgreement(body: NewAgreement): Promise<Agreement> {
  return unwrap(client.POST('/api/v1/admin/agreements', { body }))
}

export function editAgreement(agreementNo: string, body: AgreementEdit): Promise<Agreement> {
  const path = { agreement_no: agreementNo }
  return unwrap(client.PUT('/api/v1/admin/agreements/{agreement_no}', { params: { path }, body }))
}

export function publishAgreement(agreementNo: string, rowVersion: number): Promise<Agreement> {
  const path = { agreement_no: agreementNo }
  const body = { row_version: rowVersion }
  return unwrap(client.POST('/api/v1/admin/agreements/{agreement_no}/publish', { params: { path }, body }))
}
