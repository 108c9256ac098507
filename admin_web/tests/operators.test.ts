/** What the desk says of policies, agreements and the audit log. */

import { expect, test } from 'vitest'

import type { PolicyValue } from '@/api/types'
import { blocksOf, changesOf } from '@/pages/agreements/blocks'
import { actionWord, fieldWord, readDetail, summaryOf } from '@/pages/audit/detail'
import { organisationCode } from '@/pages/operators/code'
import { problemOf, read, shown, typed, unitWord } from '@/pages/policy/amounts'

const cap = { name: 'hold_cap_fen', unit: 'fen', low: 5000, high: 100_000, step: 100 } as PolicyValue
const silence = { name: 'provisional_after_s', unit: 'seconds', low: 600, high: 7200, step: 60 } as PolicyValue
const deadline = { name: 'start_deadline_s', unit: 'seconds', low: 60, high: 300, step: 5 } as PolicyValue
const longest = { name: 'longest_session_s', unit: 'seconds', low: 3600, high: 86_400, step: 3600 } as PolicyValue

test('shows and reads values of the policy in the unit that people think in', () => {
  expect([cap, silence, deadline, longest].map(unitWord)).toEqual(['元', '分钟', '秒', '小时'])
  expect([typed(cap, 20_000), typed(silence, 1800), typed(longest, 86_400)]).toEqual(['200.00', '30', '24'])
  expect([shown(cap, 20_000), shown(deadline, 90)]).toEqual(['¥200.00', '90 秒'])
  expect([read(cap, '６0.5'), read(silence, ' 20 '), read(deadline, ''), read(longest, '1.5')]).toEqual([6050, 1200, undefined, null])
})

test('says what is wrong with a value before the server does', () => {
  expect(problemOf(cap, '')).toBe('')
  expect(problemOf(cap, '49')).toBe('要在 ¥50.00 到 ¥1,000.00 之间')
  expect(problemOf(cap, '60.50')).toBe('要是 ¥1.00 的整数倍')
  expect(problemOf(deadline, '92')).toBe('要是 5 秒 的整数倍')
  expect(problemOf(silence, '很久')).toContain('请填写整数')
})

test('checks an organisation code by its check character', () => {
  const check = organisationCode()
  expect(check('D2143569-X', {})).toBe('')
  expect(check('717808319', {})).toContain('校验码不对')
  expect(check('12', {})).toContain('9 位')
})

test('reads a detail whatever it is, and shows what nobody listed as it was written', () => {
  const { facts, reason } = readDetail('{"before":{"hold_cap_fen":null},"after":{"hold_cap_fen":6000},"reason":"试行"}')
  expect(facts).toEqual([{ field: 'hold_cap_fen', before: '（空）', after: '¥60.00' }])
  expect(reason).toBe('试行')
  expect(fieldWord('hold_cap_fen')).toBe('单次预冻结上限')
  expect(summaryOf('{"is_enabled":true,"odd":{"a":[1,{}]}}')).toBe('启用 是；odd {"a":[1,{}]}')
  for (const odd of ['', 'null', '[]', '{', '"x"', '{"before":1,"after":"<b>"}', '{"__proto__":1}']) expect(() => summaryOf(odd)).not.toThrow()
  expect(actionWord('station.teleport')).toBe('station.teleport')
  expect([actionWord('tariff.draft.save'), actionWord('pile.secret_issue'), actionWord('refund.mismatch.amount')]).toEqual([
    '保存计费模型草稿',
    '发放桩密钥',
    '退款结果与退款单不符',
  ])
  expect(summaryOf('{"kind":"orders","format":"xlsx","state":"settled"}')).toBe('种类 充电订单；格式 Excel 表格；状态 已结算')
})

test('takes an agreement apart as text, and compares two versions line by line', () => {
  expect(blocksOf('# 一\n\n- 二\r\n<b>三</b>')).toEqual([
    { kind: 'heading', text: '一' },
    { kind: 'item', text: '二' },
    { kind: 'line', text: '<b>三</b>' },
  ])
  expect(changesOf('一\n二\n三', '一\n四\n三')).toEqual([
    { kind: 'same', text: '一' },
    { kind: 'gone', text: '二' },
    { kind: 'new', text: '四' },
    { kind: 'same', text: '三' },
  ])
})
