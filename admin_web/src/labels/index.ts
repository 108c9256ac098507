/** Chinese words of enum values. The domain's come generated; the steps of a timeline are the desk's own. */

import type { components } from '@/api/schema'

import { labels } from './generated'

export type EnumName = keyof typeof labels

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

export const stepLabels: Readonly<Record<Step, string>> = {
  created: '受理',
  starting: '下发启动指令',
  started: '开始充电',
  stopping: '下发停止指令',
  ended: '充电结束',
  settled: '结算完成',
}
