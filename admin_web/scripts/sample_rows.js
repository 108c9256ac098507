/** Rows that a demo does not make by itself, with texts as long as they may be: agreements and refunds. */

const total = (count) => ({ count, is_capped: false })
const page = { prev_cursor: null, next_cursor: null }
const LONG = '充电服务协议（含占位费、预冻结与退款规则的说明，自二〇二六年十二月一日起施行，适用于全部直流与交流充电桩）'

const published = {
  agreement_no: 'A20261101000000AAAAAAAAAA', operator_no: 'MA1XX0001', operator_name: '欣象充电', kind: 'service_terms', version: 2,
  title: LONG, created_at: '2026-11-01T02:00:00Z', published_at: '2026-11-02T02:00:00Z', published_by: '运营小王', accepted: total(12_345),
}
const draft = { ...published, agreement_no: 'A20261120000000BBBBBBBBBB', title: '用户服务协议', version: null, published_at: null, published_by: null, accepted: total(0) }

export const AGREEMENTS = { agreements: [draft, published], total: total(2), ...page }
const TEXT = '# 一、充电\n按电表读数计费，电费与服务费分开列明。\n- 充电前冻结一笔金额\n- 充完多退\n# 二、退款\n余额随时可以退回。'
export const DRAFT = { agreement: draft, text: TEXT, note: '写明了退款', row_version: 3, before: '# 一、充电\n按电表读数计费。' }
export const PUBLISHED = { agreement: published, text: TEXT, note: '写明了退款', row_version: 1, before: '# 一、充电\n按电表读数计费。' }

const refund = {
  refund_no: 'R20261128093000AAAAAAAAAA', driver_no: 'D20261101000000AAAAAAAAAA', amount_fen: 12_345_678, succeeded_fen: 0, returned_fen: 0,
  waiting_fen: 12_345_678, parts: 3, state: 'needs_staff', asked_at: '2026-11-28T01:30:00Z', done_at: null, last_error: 'payer_account',
}
const going = { ...refund, refund_no: 'R20261128093100BBBBBBBBBB', amount_fen: 5_000, waiting_fen: 0, parts: 1, state: 'in_progress', last_error: '' }
const done = { ...going, refund_no: 'R20261128093200CCCCCCCCCC', state: 'done', succeeded_fen: 5_000, done_at: '2026-11-28T01:32:00Z' }

export const REFUNDS = {
  refunds: [refund, going, done], total: total(3), ...page,
  figures: { going: total(1), waiting: total(1), oldest_asked_at: refund.asked_at, median_s: 120, timed: 37, failed_median_s: 4, failed_timed: 12 },
}
