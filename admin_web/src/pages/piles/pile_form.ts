/** What a pile's forms have in common: kilowatts as people type them, and what is wrong with a field. */

import { atMost, required } from '@/kit/forms/checks'
import type { Check } from '@/kit/forms/useForm'

export const LONGEST_NAME = 50
export const LONGEST_PILE_NO = 30
export const MOST_AT_ONCE = 200
export const MOST_GUNS = 12
const PILE_NO = /^[0-9A-Za-z_-]{3,30}$/
const KILOWATTS = /^\d{1,4}(\.\d{1,3})?$/
const LEAST_W = 1_000
const MOST_W = 1_000_000

export const nameChecks = [required<unknown>('请填写名称'), atMost<unknown>(LONGEST_NAME)]
export const wordChecks = [atMost<unknown>(LONGEST_NAME)]

export const pileNoChecks: Check<unknown, string>[] = [
  required<unknown>('请填写桩编号'),
  (value) => (PILE_NO.test(value) ? '' : '应为 3–30 位字母、数字、下划线或连字符'),
]

export const kilowattChecks: Check<unknown, string>[] = [
  (value) => {
    const watts = toWatts(value)
    return watts !== null && watts >= LEAST_W && watts <= MOST_W ? '' : '应为 1 到 1000 的数，可带小数'
  },
]

/** Integers, so that 7.2 kW are 7200 W and nothing else. */
export function toWatts(text: string): number | null {
  const trimmed = text.trim()
  if (!KILOWATTS.test(trimmed)) return null
  const [whole = '', rest = ''] = trimmed.split('.')
  return Number(whole) * 1_000 + Number(rest.padEnd(3, '0'))
}

export function toKilowatts(watts: number): string {
  return String(watts / 1_000)
}
