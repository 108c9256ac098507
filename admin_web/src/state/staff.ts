/** Who is logged in, and what the server says they may do. */

import { reactive, readonly } from 'vue'

import { onExpired, setToken } from '@/api/client'
import { getProfile, logIn as askLogIn, logOut as askLogOut } from '@/api/staff'
import type { StaffProfile } from '@/api/types'

import { feed } from './live'
import { readSaved, save } from './saved'

export type Permission =
  | 'dashboard.read'
  | 'station.read'
  | 'pile.read'
  | 'order.read'
  | 'session.stop'
  | 'session.decide'
  | 'connector.release'
  | 'quarantine.read'
  | 'quarantine.close'
  | 'staff.read'
  | 'staff.edit'
  | 'role.edit'

interface State {
  profile: StaffProfile | null
  hasToken: boolean
  /** The token ran out in the middle of work: the page stays, a dialog asks for the password. */
  isExpired: boolean
  /** Counts log-ins, so that pages know when to ask again. */
  logIns: number
}

const state = reactive<State>({ profile: null, hasToken: false, isExpired: false, logIns: 0 })

export const staff = readonly(state)

export function can(permission: Permission): boolean {
  return state.profile?.permissions.includes(permission) ?? false
}

/** Take up the token of an earlier visit. */
export function restore(): void {
  keepToken(readSaved('token'))
  onExpired(() => {
    if (state.profile) state.isExpired = true
    else keepToken(null)
  })
}

/** Throws ApiError. */
export async function loadProfile(): Promise<void> {
  state.profile = await getProfile()
}

/** Log in, or in again after the token ran out. Throws ApiError. */
export async function logIn(account: string, password: string): Promise<void> {
  const { token } = await askLogIn(account, password)
  keepToken(token)
  state.profile = await getProfile()
  state.isExpired = false
  state.logIns += 1
  feed.retry()
}

/** The token is forgotten here even where the server could not be told. */
export async function logOut(): Promise<void> {
  try {
    await askLogOut()
  } finally {
    leave()
  }
}

/** Forget who was logged in, without a word to the server. */
export function leave(): void {
  feed.close()
  keepToken(null)
  state.profile = null
  state.isExpired = false
}

function keepToken(token: string | null): void {
  setToken(token)
  save('token', token)
  state.hasToken = token !== null
}
