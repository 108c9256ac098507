import { client, unwrap } from './client'
import type { LoggedInStaff, StaffProfile } from './types'

export function logIn(account: string, password: string): Promise<LoggedInStaff> {
  return unwrap(client.POST('/api/v1/admin/login', { body: { account, password } }))
}

export async function logOut(): Promise<void> {
  await unwrap(client.POST('/api/v1/admin/logout'))
}

export function getProfile(): Promise<StaffProfile> {
  return unwrap(client.GET('/api/v1/admin/me'))
}
