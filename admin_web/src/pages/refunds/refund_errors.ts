/** Why a part of a refund does not go on, in words. */

const words: Readonly<Record<string, string>> = {
  no_top_up: '没有可原路退回的充值（超过期限、次数用完或渠道已停用）',
  payer_account: '付款账户异常（例如银行卡已注销）',
  invalid_request: '渠道不接受这笔退款',
  payment_missing: '渠道查不到这笔支付',
  too_many_parts: '这笔支付的退款次数已用完',
  not_refundable: '这笔支付已不能退款',
  not_enough: '商户账户余额不足，补足后会自动重试',
  too_often: '渠道要求稍后再试',
  refused: '渠道暂时拒绝，会自动重试',
  not_taken: '渠道几天都没有受理',
  lost_by_channel: '渠道受理后又查不到',
  channel_unavailable: '渠道暂时连不上，会自动重试',
  channel_outcome_unknown: '渠道没有答复，会自动查询',
}

/** The error as it was kept: a code, and where known its reason. */
export function errorWord(error: string): string {
  const [code = '', reason = ''] = error.split(' ')
  if (code === 'notify_rejected') return `渠道的答复与记录不符（${reason}），请到渠道商户平台核对`
  return words[reason] ?? words[code] ?? error
}
