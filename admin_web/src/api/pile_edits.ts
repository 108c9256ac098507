/** What staff do with piles: add, edit, move, retire, secrets, labels, tests. */

import { client, unwrap } from './client'
import { ApiError } from './errors'
import { nameOf, type NamedFile } from './file_name'
import type { paths } from './schema'
import type { AddedPiles, ImportReport, InstallerSheet, Label, PileArrival, PileDetail, PileTariffs, StartedTest } from './types'
import { upload } from './upload'

type BodyOf<P extends keyof paths, M extends keyof paths[P]> = paths[P][M] extends {
  requestBody: { content: { 'application/json': infer B } }
}
  ? B
  : never
export type NewPile = BodyOf<'/api/v1/admin/piles', 'post'>
export type NewPiles = BodyOf<'/api/v1/admin/pile-batches', 'post'>
export type PileEdit = BodyOf<'/api/v1/admin/piles/{pile_no}', 'patch'>
export type LabelLayout = 'sheet' | 'sticker'

/** `key` is the same when it is asked again, so that a try whose answer was lost is not done twice. */
export function addPile(body: NewPile, key: string): Promise<AddedPiles> {
  return unwrap(client.POST('/api/v1/admin/piles', { params: { header: { 'Idempotency-Key': key } }, body }))
}

export function addPiles(body: NewPiles, key: string): Promise<AddedPiles> {
  return unwrap(client.POST('/api/v1/admin/pile-batches', { params: { header: { 'Idempotency-Key': key } }, body }))
}

/** What a pile of the station may be billed by. */
export function getPileTariffs(stationNo: string, signal: AbortSignal): Promise<PileTariffs> {
  const path = { station_no: stationNo }
  return unwrap(client.GET('/api/v1/admin/stations/{station_no}/pile-tariffs', { params: { path }, signal }))
}

export function editPile(pileNo: string, body: PileEdit): Promise<PileDetail> {
  return unwrap(client.PATCH('/api/v1/admin/piles/{pile_no}', { params: { path: { pile_no: pileNo } }, body }))
}

export function movePile(pileNo: string, stationNo: string, rowVersion: number): Promise<PileDetail> {
  const body = { station_no: stationNo, row_version: rowVersion }
  return unwrap(client.POST('/api/v1/admin/piles/{pile_no}/move', { params: { path: { pile_no: pileNo } }, body }))
}

export function retirePile(pileNo: string, reason: string, rowVersion: number): Promise<PileDetail> {
  const body = { reason, row_version: rowVersion }
  return unwrap(client.POST('/api/v1/admin/piles/{pile_no}/retire', { params: { path: { pile_no: pileNo } }, body }))
}

export function deletePile(pileNo: string): Promise<unknown> {
  return unwrap(client.DELETE('/api/v1/admin/piles/{pile_no}', { params: { path: { pile_no: pileNo } } }))
}

/** Of the pile (`gun` null) or one of its guns. */
export function setService(
  pileNo: string, gun: number | null, isOut: boolean, reason: string, rowVersion: number,
): Promise<PileDetail> {
  const body = { is_out: isOut, reason, row_version: rowVersion, gun }
  return unwrap(client.POST('/api/v1/admin/piles/{pile_no}/service', { params: { path: { pile_no: pileNo } }, body }))
}

/** A new secret: what was shown before is void. */
export function issueSecret(pileNo: string, reason: string): Promise<InstallerSheet> {
  const path = { pile_no: pileNo }
  return unwrap(client.POST('/api/v1/admin/piles/{pile_no}/secret', { params: { path }, body: { reason } }))
}

export function revokeSecret(pileNo: string, reason: string): Promise<unknown> {
  const path = { pile_no: pileNo }
  return unwrap(client.POST('/api/v1/admin/piles/{pile_no}/secret/revoke', { params: { path }, body: { reason } }))
}

/** New secrets of all of these as one xlsx, which cannot be had again. */
export function issueSecretSheet(pileNos: string[]): Promise<NamedFile> {
  const body = { pile_nos: pileNos, reason: '' }
  return file(client.POST('/api/v1/admin/pile-secrets', { body, parseAs: 'blob' }))
}

export function getArrival(pileNo: string, signal: AbortSignal): Promise<PileArrival> {
  return unwrap(client.GET('/api/v1/admin/piles/{pile_no}/arrival', { params: { path: { pile_no: pileNo } }, signal }))
}

export function startTest(connectorNo: string, key: string): Promise<StartedTest> {
  const params = { path: { connector_no: connectorNo }, header: { 'Idempotency-Key': key } }
  return unwrap(client.POST('/api/v1/admin/connectors/{connector_no}/test', { params }))
}

export async function listLabels(pileNo: string, signal: AbortSignal): Promise<Label[]> {
  const path = { pile_no: pileNo }
  return (await unwrap(client.GET('/api/v1/admin/piles/{pile_no}/labels', { params: { path }, signal }))).labels
}

export function drawLabels(pileNo: string, layout: LabelLayout): Promise<NamedFile> {
  const params = { path: { pile_no: pileNo }, query: { layout } }
  return file(client.GET('/api/v1/admin/piles/{pile_no}/labels/pdf', { params, parseAs: 'blob' }))
}

export function drawStationLabels(stationNo: string, layout: LabelLayout): Promise<NamedFile> {
  const params = { path: { station_no: stationNo }, query: { layout } }
  return file(client.GET('/api/v1/admin/stations/{station_no}/labels/pdf', { params, parseAs: 'blob' }))
}

export function drawCode(pileNo: string, gun: number, format: 'png' | 'svg'): Promise<NamedFile> {
  const params = { path: { pile_no: pileNo }, query: { gun, format } }
  return file(client.GET('/api/v1/admin/piles/{pile_no}/labels/code', { params, parseAs: 'blob' }))
}

export function replaceQr(connectorNo: string, reason: string): Promise<unknown> {
  const path = { connector_no: connectorNo }
  return unwrap(client.POST('/api/v1/admin/connectors/{connector_no}/qr', { params: { path }, body: { reason } }))
}

export function getImportTemplate(): Promise<NamedFile> {
  return file(client.GET('/api/v1/admin/pile-import/template', { parseAs: 'blob' }))
}

/** `isDry`: only looked through. */
export function importPiles(file: File, isDry: boolean, signal: AbortSignal): Promise<ImportReport> {
  return upload(`/api/v1/admin/pile-import${isDry ? '/check' : ''}`, file, () => undefined, signal)
}

/** A file that our OpenAPI document describes by no schema, under the name that the server gives it. */
async function file(asked: Promise<{ data?: unknown; error?: unknown; response: Response }>): Promise<NamedFile> {
  const { response } = await asked.catch((reason: unknown) => { throw ApiError.fromFailure(reason) })
  const content = await unwrap(asked as Promise<{ data?: Blob; error?: unknown; response: Response }>)
  return { content, name: nameOf(response, '下载') }
}
