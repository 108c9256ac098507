import { client, unwrap } from './client'
import type { paths } from './schema'
import type { Session, SessionPage } from './types'

export type SessionQuery = NonNullable<paths['/api/v1/admin/sessions']['get']['parameters']['query']>

export function listSessions(query: SessionQuery, signal: AbortSignal): Promise<SessionPage> {
  return unwrap(client.GET('/api/v1/admin/sessions', { params: { query }, signal }))
}

export function getSession(sessionNo: string, signal: AbortSignal): Promise<Session> {
  const path = { session_no: sessionNo }
  return unwrap(client.GET('/api/v1/admin/sessions/{session_no}', { params: { path }, signal }))
}

/** Ask the pile to stop; `reason` goes into the audit log. `key` is the same when it is asked again. */
export function stopSession(sessionNo: string, reason: string, key: string): Promise<Session> {
  const path = { session_no: sessionNo }
  const headers = { 'Idempotency-Key': key }
  return unwrap(
    client.POST('/api/v1/admin/sessions/{session_no}/stop', { params: { path }, body: { reason }, headers }),
  )
}

/** Waive what the car costs that stays after this charge; `reason` goes into the audit log. */
export function waiveIdleFee(sessionNo: string, reason: string): Promise<Session> {
  const path = { session_no: sessionNo }
  return unwrap(client.POST('/api/v1/admin/sessions/{session_no}/idle-fee/waive', { params: { path }, body: { reason } }))
}
