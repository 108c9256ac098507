import type { QuarantinedRow } from '@/api/types'
import { formatTime } from '@/format/time'

/** Why a message was not taken, for people; a code that is newer than this page is shown as it is. */

const WORDS: Readonly<Record<string, string>> = {
  amount_out_of_range: '金额超出范围',
  bad_time: '时间不可能',
  bad_topic: '主题不对',
  balance_too_low: '余额不足',
  command_not_found: '没有这条指令',
  connector_busy: '枪正在使用',
  connector_faulted: '枪有故障',
  connector_not_found: '没有这把枪',
  connector_not_plugged: '没有插枪',
  connector_unavailable: '枪已停用',
  duplicate_id: '编号重复而内容不同',
  empty_entry: '记账没有金额',
  entry_contradicts: '记账金额前后不一致',
  id_reused: '编号重复而内容不同',
  impossible_transition: '当前状态不允许',
  insufficient_funds: '冻结的钱不够',
  internal_error: '处理时出错',
  invalid_input: '内容不正确',
  invalid_segments: '分段电量自相矛盾',
  invalid_tariff: '计费模型不完整',
  limit_out_of_range: '限额超出范围',
  malformed: '内容无法解析',
  message_id_reused: '编号重复而内容不同',
  oversize: '消息太大',
  pile_offline: '桩已离线',
  plug_claimed: '枪为上一位车主保留',
  policy_out_of_range: '策略数值超出范围',
  record_implausible: '迟到的结束记录不可信',
  second_end: '同一次充电的第二份结束记录',
  session_not_found: '没有这次充电',
  session_not_stoppable: '充电已经结束',
  station_closed: '充电站已停业',
  station_hidden: '充电站未对外开放',
  station_shut: '充电站在营业时间外',
  tariff_missing: '没有电价',
  too_deep: '嵌套太深',
  unbalanced_entry: '记账不平',
  unfit_input: '内容不合适',
  unknown_connector: '没有这把枪',
  unknown_message: '不认识的消息',
  unknown_pile: '没有这台桩',
  whose_car: '不知道是谁的车',
  wrong_identity: '自称是另一台桩',
}

export function reasonWord(code: string): string {
  return WORDS[code] ?? code
}

export function outcomeOf(row: QuarantinedRow): string {
  return row.closed_at === null ? '待处理' : `${row.closing_note ?? ''}（${row.closed_by ?? ''}，${formatTime(row.closed_at)}）`
}
