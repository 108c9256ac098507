/** Files on their way up: each with its progress and what is wrong with it, in the order they will be kept. */

import { computed, onScopeDispose, shallowReactive, type ComputedRef } from 'vue'

import { ApiError } from '@/api/errors'

export interface KeptPicture {
  /** What the form sends. */
  key: string
  url: string
}

/** On its way, or refused. */
export interface Sent {
  name: string
  percent: number
  problem: string
  retry: () => void
}

export interface Uploads {
  sent: readonly Sent[]
  isBusy: ComputedRef<boolean>
  /** Sentences about files that were not even tried. */
  refused: readonly string[]
  add: (files: readonly File[], room: number) => void
  drop: (one: Sent) => void
}

interface Told<T> {
  send: (file: File, onProgress: (percent: number) => void, signal: AbortSignal) => Promise<T>
  then: (kept: T) => void
  mostBytes: number
  /** Media types, as the browser names them. */
  types: readonly string[]
  /** How people call those types: `JPG、PNG 或 WebP 图片`. */
  typesText: string
}

const MB = 1_000_000

export function useUploads<T>(told: Told<T>): Uploads {
  const sent = shallowReactive<Sent[]>([])
  const refused = shallowReactive<string[]>([])
  const giveUp = new AbortController()
  onScopeDispose(() => giveUp.abort())

  function add(files: readonly File[], room: number): void {
    refused.splice(0)
    if (files.length > room) refused.push(`最多还能添加 ${Math.max(0, room)} 个，多出的没有上传。`)
    for (const file of files.slice(0, Math.max(0, room))) {
      const problem = problemOf(file)
      if (problem) refused.push(`${file.name}：${problem}`)
      else void start(file)
    }
  }

  function problemOf(file: File): string {
    if (!told.types.includes(file.type)) return `不是${told.typesText}`
    if (file.size > told.mostBytes) return `超过 ${told.mostBytes / MB} MB`
    return file.size === 0 ? '是空文件' : ''
  }

  async function start(file: File): Promise<void> {
    const one: Sent = shallowReactive({
      name: file.name, percent: 0, problem: '',
      retry: () => void run(one, file),
    })
    sent.push(one)
    await run(one, file)
  }

  async function run(one: Sent, file: File): Promise<void> {
    one.problem = ''
    one.percent = 0
    try {
      const kept = await told.send(file, (percent) => (one.percent = percent), giveUp.signal)
      if (!sent.includes(one)) return // taken away meanwhile
      drop(one)
      told.then(kept)
    } catch (reason) {
      if (giveUp.signal.aborted) return
      if (!(reason instanceof ApiError)) throw reason
      one.problem = reason.field?.reason ?? reason.message
    }
  }

  function drop(one: Sent): void {
    const at = sent.indexOf(one)
    if (at >= 0) sent.splice(at, 1)
  }

  return { sent, refused, isBusy: computed(() => sent.some((one) => !one.problem)), add, drop }
}
