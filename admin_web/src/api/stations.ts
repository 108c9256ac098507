import { client, unwrap } from './client'
import type { paths } from './schema'
import type { CreatedStation, Division, Station, StationChange, StationFacts, StationForm, StationPage } from './types'
import { upload } from './upload'

export type StationQuery = NonNullable<paths['/api/v1/admin/stations']['get']['parameters']['query']>

export function listStations(query: StationQuery, signal: AbortSignal): Promise<StationPage> {
  return unwrap(client.GET('/api/v1/admin/stations', { params: { query }, signal }))
}

export function getStation(stationNo: string, signal: AbortSignal): Promise<Station> {
  const path = { station_no: stationNo }
  return unwrap(client.GET('/api/v1/admin/stations/{station_no}', { params: { path }, signal }))
}

/** What the form of a station offers. */
export function getStationForm(signal: AbortSignal): Promise<StationForm> {
  return unwrap(client.GET('/api/v1/admin/station-form', { signal }))
}

/** All of GB/T 2260; the browser keeps it for a day. */
export async function listDivisions(signal: AbortSignal): Promise<readonly Division[]> {
  return (await unwrap(client.GET('/api/v1/admin/divisions', { signal }))).divisions
}

/** `key` is the same when it is tried again. */
export function createStation(facts: StationFacts, operatorNo: string | null, key: string): Promise<CreatedStation> {
  const headers = { 'Idempotency-Key': key }
  return unwrap(client.POST('/api/v1/admin/stations', { params: { header: headers }, headers, body: { facts, operator_no: operatorNo } }))
}

export function editStation(stationNo: string, rowVersion: number, facts: StationFacts): Promise<Station> {
  const path = { station_no: stationNo }
  return unwrap(client.PUT('/api/v1/admin/stations/{station_no}', { params: { path }, body: { row_version: rowVersion, facts } }))
}

/** `reason` goes into the audit log. */
export function changeStation(stationNo: string, change: StationChange, reason: string): Promise<Station> {
  const path = { station_no: stationNo }
  return unwrap(client.POST('/api/v1/admin/stations/{station_no}/change', { params: { path }, body: { change, reason } }))
}

/** A photo for a station that is saved later. */
export async function sendStationPhoto(
  file: File,
  onProgress: (percent: number) => void,
  signal: AbortSignal,
): Promise<{ key: string; url: string }> {
  const kept = await upload<{ photo: string; thumb: string }>('/api/v1/admin/station-photos', file, onProgress, signal)
  return { key: `${kept.photo}.${kept.thumb}`, url: `/api/v1/driver/photos/${kept.thumb}` }
}
