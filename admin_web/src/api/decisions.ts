import { client, unwrap } from './client'
import type { DecidedSession, DecisionRequest, SessionEvidence } from './types'

/** The registers of `bill_register` to price, in Wh; null: the known beginning, the last reading. */
export interface Registers {
  start: number | null
  end: number | null
}

export function getEvidence(sessionNo: string, registers: Registers, signal: AbortSignal): Promise<SessionEvidence> {
  const path = { session_no: sessionNo }
  const query = {
    ...(registers.start === null ? {} : { register_start_wh: registers.start }),
    ...(registers.end === null ? {} : { register_end_wh: registers.end }),
  }
  return unwrap(client.GET('/api/v1/admin/sessions/{session_no}/evidence', { params: { path, query }, signal }))
}

/** `key` is the same when it is asked again, so that a try whose answer was lost is not done twice. */
export function decideSession(sessionNo: string, body: DecisionRequest, key: string): Promise<DecidedSession> {
  const path = { session_no: sessionNo }
  const header = { 'Idempotency-Key': key }
  return unwrap(client.POST('/api/v1/admin/sessions/{session_no}/decisions', { params: { path, header }, body }))
}
