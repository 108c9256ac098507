/** A file as the whole body of a POST, with its progress: fetch tells none. */

import { getToken, reportExpired } from './client'
import { ApiError } from './errors'

const TIMEOUT_MS = 120_000

/** The answer of `path`. Throws ApiError, or an AbortError where the caller gave up. */
export function upload<T>(path: string, file: File, onProgress: (percent: number) => void, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', path)
    request.timeout = TIMEOUT_MS
    request.responseType = 'text'
    const token = getToken()
    if (token) request.setRequestHeader('Authorization', `Bearer ${token}`)
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream')
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? Math.floor((loaded * 100) / total) : 0)
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText) as T)
      else reject(refusalOf(request))
    }
    request.onerror = () => reject(new ApiError('offline', '连接不上服务器，请检查网络。'))
    request.ontimeout = () => reject(new ApiError('timeout', '上传花了太长时间，请在网络好一些时再试。'))
    request.onabort = () => reject(new DOMException('given up', 'AbortError'))
    signal.addEventListener('abort', () => request.abort())
    request.send(file)
  })
}

function refusalOf(request: XMLHttpRequest): ApiError {
  const headers = { 'X-Request-Id': request.getResponseHeader('X-Request-Id') ?? '' }
  const error = ApiError.fromAnswer(new Response(null, { status: request.status, headers }), bodyOf(request))
  if (error.isUnauthenticated) reportExpired()
  return error
}

function bodyOf(request: XMLHttpRequest): unknown {
  try {
    return JSON.parse(request.responseText)
  } catch {
    return null
  }
}
