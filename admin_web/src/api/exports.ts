import { client, getToken, reportExpired, unwrap } from './client'
import { ApiError } from './errors'
import { nameOf, type NamedFile } from './file_name'
import type { paths } from './schema'
import type { Export, ExportFormat, ExportKind, ExportPage } from './types'

export type ExportQuery = NonNullable<paths['/api/v1/admin/exports']['get']['parameters']['query']>

export function listExports(query: ExportQuery, signal: AbortSignal): Promise<ExportPage> {
  return unwrap(client.GET('/api/v1/admin/exports', { params: { query }, signal }))
}

/** The same key again is the same export. */
export function askExport(key: string, kind: ExportKind, format: ExportFormat, query: Record<string, string>): Promise<Export> {
  const params = { header: { 'Idempotency-Key': key } }
  return unwrap(client.POST('/api/v1/admin/exports', { params, body: { kind, format, query } }))
}

export function cancelExport(exportNo: string): Promise<Export> {
  const path = { export_no: exportNo }
  return unwrap(client.POST('/api/v1/admin/exports/{export_no}/cancel', { params: { path } }))
}

export function retryExport(exportNo: string): Promise<Export> {
  const path = { export_no: exportNo }
  return unwrap(client.POST('/api/v1/admin/exports/{export_no}/retry', { params: { path } }))
}

const LONGEST_MS = 600_000

/** The file and its name; it may be large. Throws ApiError. */
export async function takeExportFile(exportNo: string): Promise<NamedFile> {
  try {
    const answer = await fetch(`/api/v1/admin/exports/${encodeURIComponent(exportNo)}/file`, {
      headers: { Authorization: `Bearer ${getToken() ?? ''}` },
      signal: AbortSignal.timeout(LONGEST_MS),
    })
    if (!answer.ok) {
      const error = ApiError.fromAnswer(answer, await answer.json().catch(() => null))
      if (error.isUnauthenticated) reportExpired()
      throw error
    }
    return { content: await answer.blob(), name: nameOf(answer, exportNo) }
  } catch (reason) {
    throw reason instanceof ApiError ? reason : ApiError.fromFailure(reason)
  }
}
