import { client, unwrap } from './client'
import type { paths } from './schema'
import type { Driver, DriverObstacles, DriverPage, DriverPostings } from './types'

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

/** Numbers of the drivers who bound this phone number; it is asked for in a body, so that no address holds it. */
export async function findByPhone(phone: string): Promise<readonly string[]> {
  return (await unwrap(client.POST('/api/v1/admin/driver-phones', { body: { phone } }))).driver_nos
}

/** The whole number; whoever asks stands in the audit log. */
export async function revealPhone(driverNo: string): Promise<string | null> {
  const path = { driver_no: driverNo }
  return (await unwrap(client.POST('/api/v1/admin/drivers/{driver_no}/phone', { params: { path } }))).phone
}

export function listDriverPostings(driverNo: string, cursor: string | null, limit: number, signal: AbortSignal): Promise<DriverPostings> {
  const params = { path: { driver_no: driverNo }, query: { cursor, limit } }
  return unwrap(client.GET('/api/v1/admin/drivers/{driver_no}/postings', { params, signal }))
}

export function getDriverObstacles(driverNo: string, signal: AbortSignal): Promise<DriverObstacles> {
  const path = { driver_no: driverNo }
  return unwrap(client.GET('/api/v1/admin/drivers/{driver_no}/obstacles', { params: { path }, signal }))
}

/** For good. */
export function deleteDriver(driver: Driver, reason: string): Promise<Driver> {
  const path = { driver_no: driver.driver.driver_no }
  const body = { reason, row_version: driver.row_version }
  return unwrap(client.POST('/api/v1/admin/drivers/{driver_no}/deletion', { params: { path }, body }))
}
