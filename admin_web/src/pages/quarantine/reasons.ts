import type { QuarantinedRow } from '@/api/types'
import { formatTime } from '@/format/time'

/** Why a message was not taken, for people; a code that is newer than this page is shown as it is. */

const WORDS: Readonly<Record<string, string>> = {
  bad_time: '时间不可能',
  bad_topic: '主题不对',
  connector_not_found: '没有这把枪',
  duplicate_id: '编号重复而内容不同',
  internal_error: '处理时出错',
  malformed: '内容无法解析',
  message_id_reused: '编号重复而内容不同',
  oversize: '消息太大',
  record_implausible: '迟到的结束记录不可信',
  second_end: '同一次充电的第二份结束记录',
  session_not_found: '没有这次充电',
  too_deep: '嵌套太深',
  unknown_message: '不认识的消息',
  unknown_pile: '没有这台桩',
  wrong_identity: '自称是另一台桩',
}

export function reasonWord(code: string): string {
  return WORDS[code] ?? code
}

export function outcomeOf(row: QuarantinedRow): string {
  return row.closed_at === null ? '待处理' : `${row.closing_note ?? ''}（${row.closed_by ?? ''}，${formatTime(row.closed_at)}）`
}
