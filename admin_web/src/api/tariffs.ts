import { client, unwrap } from './client'
import type { paths } from './schema'
import type {
  HolidayEdit,
  HolidayYear,
  IdleTerms,
  PlanForm,
  PublishingEffects,
  SimulatedBill,
  Tariff,
  TariffPage,
  TariffStations,
  TariffVersion,
  VersionDifference,
} from './types'

export type TariffQuery = NonNullable<paths['/api/v1/admin/tariffs']['get']['parameters']['query']>

const ONE = '/api/v1/admin/tariffs/{tariff_no}'

function at(tariffNo: string): { tariff_no: string } {
  return { tariff_no: tariffNo }
}

export function listTariffs(query: TariffQuery, signal: AbortSignal): Promise<TariffPage> {
  return unwrap(client.GET('/api/v1/admin/tariffs', { params: { query }, signal }))
}

export function getTariff(tariffNo: string, signal: AbortSignal): Promise<Tariff> {
  return unwrap(client.GET(ONE, { params: { path: at(tariffNo) }, signal }))
}

export function listTariffStations(tariffNo: string, cursor: string | null, signal: AbortSignal): Promise<TariffStations> {
  const query = cursor === null ? {} : { cursor }
  return unwrap(client.GET(`${ONE}/stations`, { params: { path: at(tariffNo), query }, signal }))
}

export function getTariffVersion(tariffNo: string, version: number, signal?: AbortSignal): Promise<TariffVersion> {
  const path = { ...at(tariffNo), version: String(version) }
  return unwrap(client.GET(`${ONE}/versions/{version}`, { params: { path }, ...(signal && { signal }) }))
}

export function compareVersions(
  tariffNo: string,
  version: number,
  before: number,
  signal: AbortSignal,
): Promise<VersionDifference> {
  const path = { ...at(tariffNo), version: String(version) }
  return unwrap(client.GET(`${ONE}/versions/{version}/difference`, { params: { path, query: { before } }, signal }))
}

/** The number and draft of a new tariff; `key` is the same when it is asked again. */
export function createTariff(
  name: string,
  copyOf: { tariff_no: string; version: number } | null,
  key: string,
): Promise<{ tariff_no: string }> {
  const header = { 'Idempotency-Key': key }
  return unwrap(client.POST('/api/v1/admin/tariffs', { params: { header }, body: { name, copy_of: copyOf } }))
}

export function renameTariff(tariffNo: string, name: string, rowVersion: number): Promise<Tariff> {
  return unwrap(client.PATCH(ONE, { params: { path: at(tariffNo) }, body: { name, row_version: rowVersion } }))
}

export function retireTariff(tariffNo: string, reason: string, rowVersion: number): Promise<Tariff> {
  const body = { reason, row_version: rowVersion }
  return unwrap(client.POST(`${ONE}/retire`, { params: { path: at(tariffNo) }, body }))
}

/** Begin a draft as a copy of a version, or take up the one that is there. */
export function beginDraft(tariffNo: string, copyOf: number | null): Promise<TariffVersion> {
  return unwrap(client.POST(`${ONE}/draft`, { params: { path: at(tariffNo) }, body: { copy_of: copyOf } }))
}

export function saveDraft(tariffNo: string, plans: PlanForm[], idle: IdleTerms | null, rowVersion: number): Promise<TariffVersion> {
  const body = { plans, idle, row_version: rowVersion }
  return unwrap(client.PUT(`${ONE}/draft`, { params: { path: at(tariffNo) }, body }))
}

export function discardDraft(tariffNo: string, rowVersion: number): Promise<unknown> {
  const query = { row_version: rowVersion }
  return unwrap(client.DELETE(`${ONE}/draft`, { params: { path: at(tariffNo), query } }))
}

/** What publishing the draft would change; `effectiveFrom` null: at once. */
export function foreseePublishing(
  tariffNo: string,
  effectiveFrom: string | null,
  signal: AbortSignal,
): Promise<PublishingEffects> {
  const query = effectiveFrom === null ? {} : { effective_from: effectiveFrom }
  return unwrap(client.GET(`${ONE}/draft/effects`, { params: { path: at(tariffNo), query }, signal }))
}

export function publishDraft(
  tariffNo: string,
  effectiveFrom: string | null,
  rowVersion: number,
  key: string,
): Promise<unknown> {
  const body = { row_version: rowVersion, effective_from: effectiveFrom }
  const header = { 'Idempotency-Key': key }
  return unwrap(client.POST(`${ONE}/publish`, { params: { path: at(tariffNo), header }, body }))
}

export function withdrawVersion(tariffNo: string, version: number, reason: string): Promise<Tariff> {
  const path = { ...at(tariffNo), version: String(version) }
  return unwrap(client.POST(`${ONE}/versions/{version}/withdraw`, { params: { path }, body: { reason } }))
}

export function simulateBill(
  plans: PlanForm[],
  startAt: string,
  powerW: number,
  minutes: number,
  stay: { idle: IdleTerms | null; minutes: number },
): Promise<SimulatedBill> {
  const body = { plans, start_at: startAt, power_w: powerW, minutes, idle: stay.idle, idle_minutes: stay.minutes }
  return unwrap(client.POST('/api/v1/admin/tariff-simulations', { body }))
}

export function getHolidays(year: number | null, signal?: AbortSignal): Promise<HolidayYear> {
  const query = year === null ? {} : { year }
  return unwrap(client.GET('/api/v1/admin/holidays', { params: { query }, ...(signal && { signal }) }))
}

export function saveHolidays(days: HolidayEdit[], reason: string, revision: number): Promise<HolidayYear> {
  return unwrap(client.PUT('/api/v1/admin/holidays', { body: { days, reason, revision } }))
}
