import { client, unwrap } from './client'
import type { paths } from './schema'
import type { LogInPage } from './types'

export type LogInQuery = NonNullable<paths['/api/v1/admin/log-ins']['get']['parameters']['query']>

export function listLogIns(query: LogInQuery, signal: AbortSignal): Promise<LogInPage> {
  return unwrap(client.GET('/api/v1/admin/log-ins', { params: { query }, signal }))
}
