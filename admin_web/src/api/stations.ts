import { client, unwrap } from './client'
import type { paths } from './schema'
import type { Station, StationPage } from './types'

export type StationQuery = NonNullable<paths['/api/v1/admin/stations']['get']['parameters']['query']>

export function listStations(query: StationQuery, signal: AbortSignal): Promise<StationPage> {
  return unwrap(client.GET('/api/v1/admin/stations', { params: { query }, signal }))
}

export function getStation(stationNo: string, signal: AbortSignal): Promise<Station> {
  const path = { station_no: stationNo }
  return unwrap(client.GET('/api/v1/admin/stations/{station_no}', { params: { path }, signal }))
}
