/** Values of the policy as people type them: yuan, and the largest unit of time that the steps allow. */

import type { PolicyName, PolicyValue } from '@/api/types'
import { fenOf, typedFen } from '@/format/entry'
import { formatFen } from '@/format/money'

const MINUTE_S = 60
const HOUR_S = 3_600

interface TimeUnit {
  word: string
  seconds: number
}

/** What each value means, in one sentence. */
export const MEANINGS: Readonly<Record<PolicyName, string>> = {
  min_hold_fen: '车主钱包里可用的钱少于这么多，就不能启动。',
  hold_cap_fen: '启动时最多先冻结这么多；也是一次充电最多能充的金额。',
  start_deadline_s: '车主点了启动，这么久还没有电流，就取消启动并退回预冻结。',
  provisional_after_s: '充电中的桩这么久没有任何消息，先按最后的读数结算，放开车主和充电枪。',
  no_energy_after_s: '一直有读数但这么久没有充进电，就发停止指令；车辆自己暂停的不算。',
  longest_session_s: '一次充电最长可以持续这么久，到时发停止指令。',
  plug_claim_s: '充完还没有收到拔枪的消息时，这把枪为原车主保留这么久，之后别人也可以启动。',
  review_release_s: '充电需要人工核对时，冻结的钱最迟这么久退回；之后核对出的费用从余额扣。',
  smallest_top_up_fen: '车主一次充值至少这么多。',
  largest_top_up_fen: '车主一次充值最多这么多。',
}

/** Why an operator cannot set it. */
export const PLATFORM_ONLY = '钱包是平台的，这一项只能由平台设置'

export function unitWord(value: PolicyValue): string {
  return value.unit === 'fen' ? '元' : timeUnit(value).word
}

/** A value as it stands in the field. */
export function typed(value: PolicyValue, amount: number | null): string {
  if (amount === null) return ''
  return value.unit === 'fen' ? typedFen(amount) : String(amount / timeUnit(value).seconds)
}

/** A value as it is read: `¥5.00`, `90 秒`, `30 分钟`. */
export function shown(value: PolicyValue, amount: number): string {
  return value.unit === 'fen' ? formatFen(amount) : `${typed(value, amount)} ${unitWord(value)}`
}

/** What was typed, in the server's unit; null for what is no number, undefined for nothing. */
export function read(value: PolicyValue, text: string): number | null | undefined {
  const plain = text.normalize('NFKC').trim()
  if (plain === '') return undefined
  if (value.unit === 'fen') return fenOf(plain)
  return /^\d{1,6}$/.test(plain) ? Number(plain) * timeUnit(value).seconds : null
}

/** What is wrong with it, as a sentence; empty where nothing is. */
export function problemOf(value: PolicyValue, text: string): string {
  const amount = read(value, text)
  if (amount === undefined) return ''
  const range = `${shown(value, value.low)} 到 ${shown(value, value.high)}`
  if (amount === null) return `请填写${value.unit === 'fen' ? '金额' : '整数'}，${range}`
  if (amount < value.low || amount > value.high) return `要在 ${range} 之间`
  return amount % value.step === 0 ? '' : `要是 ${shown(value, value.step)} 的整数倍`
}

function timeUnit({ step, low }: PolicyValue): TimeUnit {
  if (step % HOUR_S === 0 && low % HOUR_S === 0) return { word: '小时', seconds: HOUR_S }
  return step % MINUTE_S === 0 ? { word: '分钟', seconds: MINUTE_S } : { word: '秒', seconds: 1 }
}
