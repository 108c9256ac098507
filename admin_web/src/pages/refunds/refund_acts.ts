/** What was done about a refund, in words. */

const words: Readonly<Record<string, string>> = {
  'refund.create': '申请退款',
  'refund.retry': '重试退款',
  'refund.pay_out': '登记人工打款',
  'refund.contradicted.paid_out_and_done': '发现：人工打款之后，渠道又退了一次，请核对',
}

export function actWord(action: string): string {
  if (action.startsWith('refund.mismatch.')) return '收到一条与记录不符的渠道消息，没有采用'
  if (action.startsWith('refund.contradicted.') && !(action in words)) return '收到一条与结果矛盾的渠道消息，请核对'
  return words[action] ?? action
}
