import { client, unwrap } from './client'
import type { components, paths } from './schema'
import type { ChannelAccount, ChannelAccountPage } from './types'

type Paths = paths['/api/v1/admin/channel-accounts']
export type ChannelAccountQuery = Omit<NonNullable<Paths['get']['parameters']['query']>, 'is_enabled'> & {
  is_enabled?: 'true' | 'false' | null
}
export type NewChannelAccount = components['schemas']['ChannelAccountCreation']
export type ChannelAccountEdit = components['schemas']['ChannelAccountEdit']
export type ChannelAccountKeys = components['schemas']['ChannelAccountKeys']
export type CheckedChannelAccount = components['schemas']['CheckedChannelAccount']

export function listChannelAccounts({ is_enabled, ...rest }: ChannelAccountQuery, signal: AbortSignal): Promise<ChannelAccountPage> {
  const query = { ...rest, is_enabled: is_enabled ? is_enabled === 'true' : null }
  return unwrap(client.GET('/api/v1/admin/channel-accounts', { params: { query }, signal }))
}

export function getChannelAccount(accountNo: string, signal?: AbortSignal): Promise<ChannelAccount> {
  const path = { account_no: accountNo }
  return unwrap(client.GET('/api/v1/admin/channel-accounts/{account_no}', { params: { path }, signal: signal ?? null }))
}

export function createChannelAccount(key: string, body: NewChannelAccount): Promise<ChannelAccount> {
  const header = { 'Idempotency-Key': key }
  return unwrap(client.POST('/api/v1/admin/channel-accounts', { params: { header }, body }))
}

export function editChannelAccount(accountNo: string, body: ChannelAccountEdit): Promise<ChannelAccount> {
  const path = { account_no: accountNo }
  return unwrap(client.PUT('/api/v1/admin/channel-accounts/{account_no}', { params: { path }, body }))
}

/** The keys before still count for some days. */
export function replaceChannelAccountKeys(accountNo: string, keys: ChannelAccountKeys, rowVersion: number): Promise<ChannelAccount> {
  const path = { account_no: accountNo }
  const body = { keys, row_version: rowVersion }
  return unwrap(client.POST('/api/v1/admin/channel-accounts/{account_no}/keys', { params: { path }, body }))
}

export function switchChannelAccount(account: ChannelAccount, reason: string): Promise<ChannelAccount> {
  const path = { account_no: account.account_no }
  const body = { is_enabled: !account.is_enabled, reason, row_version: account.row_version }
  return unwrap(client.POST('/api/v1/admin/channel-accounts/{account_no}/switch', { params: { path }, body }))
}

/** Ask the channel whether it knows the account by its keys. */
export function checkChannelAccount(accountNo: string): Promise<CheckedChannelAccount> {
  const path = { account_no: accountNo }
  return unwrap(client.POST('/api/v1/admin/channel-accounts/{account_no}/check', { params: { path } }))
}
