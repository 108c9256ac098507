import { client, unwrap } from './client'
import type { paths } from './schema'
import type {
  BackupCodes,
  Enrolment,
  LogIns,
  LoggedInStaff,
  OneTimePassword,
  StaffMember,
  StaffMemberPage,
  StaffProfile,
  StaffTerms,
} from './types'

export type StaffQuery = NonNullable<paths['/api/v1/admin/staff']['get']['parameters']['query']>

/** `code` comes with the second try of whoever has a second factor. */
export function logIn(account: string, password: string, code = ''): Promise<LoggedInStaff> {
  const body = { account, password, code: code || null }
  return unwrap(client.POST('/api/v1/admin/login', { body }))
}

export async function logOut(): Promise<void> {
  await unwrap(client.POST('/api/v1/admin/logout'))
}

export function getProfile(): Promise<StaffProfile> {
  return unwrap(client.GET('/api/v1/admin/me'))
}

export async function changePassword(password: string, newPassword: string): Promise<void> {
  await unwrap(client.POST('/api/v1/admin/account/password', { body: { password, new_password: newPassword } }))
}

export function beginSecondFactor(password: string): Promise<Enrolment> {
  return unwrap(client.POST('/api/v1/admin/account/second-factor', { body: { password } }))
}

export function confirmSecondFactor(code: string): Promise<BackupCodes> {
  return unwrap(client.POST('/api/v1/admin/account/second-factor/confirm', { body: { code } }))
}

export async function dropSecondFactor(password: string, code: string): Promise<void> {
  await unwrap(client.POST('/api/v1/admin/account/second-factor/drop', { body: { password, code } }))
}

export function renewBackupCodes(password: string, code: string): Promise<BackupCodes> {
  return unwrap(client.POST('/api/v1/admin/account/backup-codes', { body: { password, code } }))
}

export function listOwnLogIns(signal: AbortSignal): Promise<LogIns> {
  return unwrap(client.GET('/api/v1/admin/account/log-ins', { signal }))
}

export async function endOwnLogIn(id: number): Promise<void> {
  const path = { log_in_id: String(id) }
  await unwrap(client.POST('/api/v1/admin/account/log-ins/{log_in_id}/end', { params: { path } }))
}

export function listStaff(query: StaffQuery, signal: AbortSignal): Promise<StaffMemberPage> {
  return unwrap(client.GET('/api/v1/admin/staff', { params: { query }, signal }))
}

export function getStaff(id: string, signal?: AbortSignal): Promise<StaffMember> {
  return unwrap(client.GET('/api/v1/admin/staff/{staff_id}', { params: { path: { staff_id: id } }, signal: signal ?? null }))
}

export function addStaff(account: string, terms: StaffTerms, operatorNo: string | null): Promise<OneTimePassword> {
  return unwrap(client.POST('/api/v1/admin/staff', { body: { account, terms, operator_no: operatorNo } }))
}

export function editStaff(id: string, terms: StaffTerms, rowVersion: number): Promise<StaffMember> {
  const body = { terms, row_version: rowVersion }
  return unwrap(client.PUT('/api/v1/admin/staff/{staff_id}', { params: { path: { staff_id: id } }, body }))
}

export function disableStaff(id: string): Promise<StaffMember> {
  return unwrap(client.POST('/api/v1/admin/staff/{staff_id}/disable', { params: { path: { staff_id: id } } }))
}

export function enableStaff(id: string): Promise<StaffMember> {
  return unwrap(client.POST('/api/v1/admin/staff/{staff_id}/enable', { params: { path: { staff_id: id } } }))
}

/** `is_kept`: there are traces of their work, so that only their name is gone. */
export function deleteStaff(id: string): Promise<{ is_kept: boolean }> {
  return unwrap(client.DELETE('/api/v1/admin/staff/{staff_id}', { params: { path: { staff_id: id } } }))
}

export function resetPassword(id: string): Promise<OneTimePassword> {
  return unwrap(client.POST('/api/v1/admin/staff/{staff_id}/reset-password', { params: { path: { staff_id: id } } }))
}

export function resetSecondFactor(id: string): Promise<StaffMember> {
  return unwrap(client.POST('/api/v1/admin/staff/{staff_id}/reset-second-factor', { params: { path: { staff_id: id } } }))
}

export function listLogIns(id: string, signal: AbortSignal): Promise<LogIns> {
  return unwrap(client.GET('/api/v1/admin/staff/{staff_id}/log-ins', { params: { path: { staff_id: id } }, signal }))
}

export async function endLogIns(id: string): Promise<void> {
  await unwrap(client.POST('/api/v1/admin/staff/{staff_id}/log-out', { params: { path: { staff_id: id } } }))
}

export async function endLogIn(id: string, logInId: number): Promise<void> {
  const path = { staff_id: id, log_in_id: String(logInId) }
  await unwrap(client.POST('/api/v1/admin/staff/{staff_id}/log-ins/{log_in_id}/end', { params: { path } }))
}
