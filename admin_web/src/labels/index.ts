/** Chinese words of enum values. The domain's come generated; the steps of a timeline are the desk's own. */

import type { components } from '@/api/schema'

import { labels } from './generated'

export type EnumName = keyof typeof labels
export type EnumValue<E extends EnumName> = keyof (typeof labels)[E] & string

type Step = components['schemas']['Step']

/** The word of a value; one that a newer server invented is shown as it came. */
export function label(name: EnumName, value: string): string {
  const words: Readonly<Record<string, string>> = labels[name]
  return words[value] ?? value
}

/** The values of an enum with their words, in the domain's order; `except` leaves some out. */
export function options(name: EnumName, except: readonly string[] = []): { value: string; label: string }[] {
  return Object.entries(labels[name])
    .filter(([value]) => !except.includes(value))
    .map(([value, text]) => ({ value, label: text }))
}

/** The words of several values that come comma separated; of those nobody knows, what came. */
export function labelEach(name: EnumName, values: string): string {
  return values
    .split(',')
    .map((value) => label(name, value.trim()))
    .join('、')
}

/** Why a session is looked at by people: what its record contradicts, or what its pile told of that nobody expected. */
export function reviewReason(reason: string): string {
  if (reason === 'late_energy') return '启动没有成功，桩却上报了电量'
  const [word, number] = reason.split(' ')
  if (word === 'unknown_session') return `桩上报了平台没有的充电 ${number ?? ''}`.trim()
  return labelEach('FinalFault', reason)
}

/** Whether a pile's fault code means the same on every pile; others are their maker's own. */
export function isKnownFault(code: string): boolean {
  return code in labels.KnownFault
}

/** What piles of our protocol answer, and what we note of a command that died. */
const answers: Readonly<Record<string, string>> = {
  already_over: '充电已经结束',
  bad_params: '桩不接受这些参数',
  busy: '枪正被占用',
  expired: '送达时已过期',
  faulted: '枪有故障',
  not_plugged: '未插枪',
  session_over: '充电已经结束',
  stopped: '已被停止指令取代',
  storage_full: '桩的存储已满',
  unknown_connector: '桩上没有这把枪',
  unknown_kind: '桩不支持这种指令',
  unknown_session: '桩不认识这次充电',
}

/** Why a command was refused or died; a pile's own words are shown as they came. */
export function answerWord(reason: string): string {
  return answers[reason] ?? reason
}

export const stepLabels: Readonly<Record<Step, string>> = {
  created: '受理',
  starting: '下发启动指令',
  started: '开始充电',
  stopping: '下发停止指令',
  ended: '充电结束',
  settled: '结算完成',
}
