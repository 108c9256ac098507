/** Who is logged in, and what the server says they may do. */

import { reactive, readonly } from 'vue'

import { onExpired, setToken } from '@/api/client'
import type { components } from '@/api/schema'
import { getProfile, logIn as askLogIn, logOut as askLogOut } from '@/api/staff'
import type { LoggedInStaff, StaffProfile } from '@/api/types'
import { options } from '@/labels'

import { feed } from './live'
import { readSaved, save } from './saved'

/** Every one there is, as the server knows them. */
export type Permission = components['schemas']['Permission']

interface State {
  profile: StaffProfile | null
  hasToken: boolean
  /** The token ran out in the middle of work: the page stays, a dialog asks for the password. */
  isExpired: boolean
  /** The log-in before this one, told once. */
  previous: LoggedInStaff['previous']
  /** Counts log-ins, so that pages know when to ask again. */
  logIns: number
}

const state = reactive<State>({ profile: null, hasToken: false, isExpired: false, previous: null, logIns: 0 })

export const staff = readonly(state)

export function can(permission: Permission): boolean {
  return state.profile?.permissions.includes(permission) ?? false
}

/** Who has every permission there is may make somebody who has. */
export function canEverything(): boolean {
  return options('Permission').every(({ value }) => state.profile?.permissions.includes(value))
}

/** Something is owed before anything else may be done: a password of one's own, a second factor. */
export function isObliged(): boolean {
  return (state.profile?.obligations.length ?? 0) > 0
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

/** Log in, or in again after the token ran out; `code` is of the second factor. Throws ApiError. */
export async function logIn(account: string, password: string, code = ''): Promise<void> {
  const { token, previous } = await askLogIn(account, password, code)
  keepToken(token)
  state.previous = previous
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
  state.previous = null
  state.isExpired = false
}

function keepToken(token: string | null): void {
  setToken(token)
  save('token', token)
  state.hasToken = token !== null
}
