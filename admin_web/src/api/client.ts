/** The typed client of our own API: token, time limit, and errors as ApiError. */

import createClient from 'openapi-fetch'

import { ApiError } from './errors'
import type { paths } from './schema'

const TIMEOUT_MS = 15_000

let token: string | null = null
let tellExpired: () => void = () => undefined

/** The login token of all later requests; null for none. */
export function setToken(next: string | null): void {
  token = next
}

export function getToken(): string | null {
  return token
}

/** Who is told that the token is worth nothing any more. */
export function onExpired(listener: () => void): void {
  tellExpired = listener
}

/** The live feed heard it too. */
export function reportExpired(): void {
  tellExpired()
}

export const client = createClient<paths>({
  baseUrl: globalThis.location.origin,
  fetch: (request: Request) =>
    fetch(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(TIMEOUT_MS)]) }),
})

client.use({
  onRequest({ request }) {
    if (token) request.headers.set('Authorization', `Bearer ${token}`)
    return request
  },
})

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

/** The data of an answer. Throws ApiError, or the AbortError of a caller who gave up. */
export async function unwrap<T>(asked: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>
  try {
    answer = await asked
  } catch (reason) {
    throw ApiError.fromFailure(reason)
  }
  if (answer.response.ok) return answer.data as T
  const error = ApiError.fromAnswer(answer.response, answer.error)
  if (error.isUnauthenticated) tellExpired()
  throw error
}
