/** One kind of error for everything that can go wrong with a request, with a sentence for people. */

import type { ErrorReply } from './types'

export type FailureCode = 'offline' | 'timeout' | 'bad_answer'

/** `code` is the API's, or a FailureCode where no answer of the API came. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 0,
    readonly requestId = '',
    readonly data: Readonly<Record<string, unknown>> = {},
  ) {
    super(message)
    this.name = 'ApiError'
  }

  get isOffline(): boolean {
    return this.code === 'offline'
  }

  get isUnauthenticated(): boolean {
    return this.code === 'unauthenticated'
  }

  /** Whether the server may have done what was asked, though it did not say so. */
  get isOutcomeUnknown(): boolean {
    return this.status === 0 || this.status >= 500
  }

  /** What is wrong with which field of a body, where the server says so. */
  get field(): { name: string; reason: string } | null {
    const { field, reason } = this.data
    return typeof field === 'string' && field !== '' ? { name: field, reason: typeof reason === 'string' ? reason : '' } : null
  }

  /** From an answer with a 4xx or 5xx status; a proxy's own page is no ErrorReply. */
  static fromAnswer(response: Response, body: unknown): ApiError {
    if (isErrorReply(body)) {
      const { code, message, data, request_id: requestId } = body.error
      return new ApiError(code, message, response.status, requestId, data)
    }
    return new ApiError(
      'bad_answer',
      `服务器暂时无法正常响应（${response.status}），请稍后重试。`,
      response.status,
      response.headers.get('X-Request-Id') ?? '',
    )
  }

  /** From what `fetch` threw; an abort by the caller stays what it is. */
  static fromFailure(reason: unknown): unknown {
    if (reason instanceof ApiError) return reason
    const name = reason instanceof Error || reason instanceof DOMException ? reason.name : ''
    if (name === 'AbortError') return reason
    if (name === 'TimeoutError') return new ApiError('timeout', '服务器没有及时响应，请稍后重试。')
    if (name === 'SyntaxError') return new ApiError('bad_answer', '服务器的答复无法识别，请稍后重试。')
    return new ApiError('offline', '连接不上服务器，请检查网络。')
  }
}

function isErrorReply(body: unknown): body is ErrorReply {
  const error = (body as Partial<ErrorReply> | null | undefined)?.error
  return typeof error === 'object' && typeof error.code === 'string' && typeof error.message === 'string'
}
