import { client, unwrap } from './client'
import type { paths } from './schema'
import type { Driver, DriverPage } from './types'

export type DriverQuery = NonNullable<paths['/api/v1/admin/drivers']['get']['parameters']['query']>

export function listDrivers(query: DriverQuery, signal: AbortSignal): Promise<DriverPage> {
  return unwrap(client.GET('/api/v1/admin/drivers', { params: { query }, signal }))
}

export function getDriver(driverNo: string, signal: AbortSignal): Promise<Driver> {
  const path = { driver_no: driverNo }
  return unwrap(client.GET('/api/v1/admin/drivers/{driver_no}', { params: { path }, signal }))
}

/** Freeze one, or lift it. */
export function freezeDriver(driver: Driver, isFrozen: boolean, reason: string): Promise<Driver> {
  const path = { driver_no: driver.driver.driver_no }
  const body = { is_frozen: isFrozen, reason, row_version: driver.row_version }
  return unwrap(client.POST('/api/v1/admin/drivers/{driver_no}/freeze', { params: { path }, body }))
}
