/** Something a person wants done: once at a time, once for good however often it is tried, and told how it went. */

import { shallowRef, type ShallowRef } from 'vue'

import { ApiError } from '@/api/errors'

import { tellDone, tellTrouble } from './toast'

export interface Mutation<A extends unknown[] = unknown[]> {
  isBusy: Readonly<ShallowRef<boolean>>
  error: Readonly<ShallowRef<ApiError | null>>
  /** The error as people read it; empty without one. */
  problem: Readonly<ShallowRef<string>>
  /** True: it is done, or it was over before. A second call while one is under way does nothing. */
  run(...args: A): Promise<boolean>
  /** Forget the error: something else is wanted now. */
  reset(): void
}

interface Told<T, A extends unknown[]> {
  /** `key` is the same for every try of one wish, so that a try whose answer was lost is not done twice. */
  ask: (key: string, ...args: A) => Promise<T>
  /** Said when it is done. */
  done: string
  /** What is to be shown anew, with the answer. */
  then?: (answer: T) => unknown
  /** Codes of errors that mean: it is over already, nothing is left to do. */
  overCodes?: readonly string[]
  onOver?: () => unknown
}

export function useMutation<T, A extends unknown[]>(told: Told<T, A>): Mutation<A> {
  const isBusy = shallowRef(false)
  const error = shallowRef<ApiError | null>(null)
  const problem = shallowRef('')
  // `isUnheard`: an earlier try of it may have been done, nobody was told
  let wish = { key: crypto.randomUUID(), args: '', isUnheard: false }

  async function run(...args: A): Promise<boolean> {
    if (isBusy.value) return false
    isBusy.value = true
    reset()
    const asked = JSON.stringify(args)
    if (asked !== wish.args) wish = { key: crypto.randomUUID(), args: asked, isUnheard: false }
    try {
      const answer = await told.ask(wish.key, ...args)
      forget()
      tellDone(told.done)
      void told.then?.(answer)
      return true
    } catch (reason) {
      if (!(reason instanceof ApiError)) throw reason
      return fail(reason)
    } finally {
      isBusy.value = false
    }
  }

  function fail(reason: ApiError): boolean {
    if (told.overCodes?.includes(reason.code)) {
      forget()
      tellTrouble(reason.message)
      void told.onOver?.()
      return true
    }
    error.value = reason
    problem.value = wordOf(reason)
    if (reason.isOutcomeUnknown) wish.isUnheard = true
    else forget()
    return false
  }

  function wordOf(reason: ApiError): string {
    if (reason.isUnauthenticated) return '登录已失效，还没有提交。请重新登录后再试一次。'
    if (reason.isOutcomeUnknown) return `${reason.message}不确定是否已经生效，可以再试一次，不会重复执行。`
    return wish.isUnheard ? `${reason.message}前一次没有收到结果，也许已经生效，请先查看一下。` : reason.message
  }

  /** The next call is a wish of its own. */
  function forget(): void {
    wish = { key: crypto.randomUUID(), args: '', isUnheard: false }
  }

  function reset(): void {
    error.value = null
    problem.value = ''
  }

  return { isBusy, error, problem, run, reset }
}
