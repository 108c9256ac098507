/** What may stand in a field, said at the field before the server is asked. An empty text is `required`'s to refuse. */

import { fenOf, priceE5Of } from '@/format/entry'

import type { Check } from './useForm'

const PHONE = /^[0-9+][0-9 -]{4,29}[0-9]$/

export function required<V>(sentence: string): Check<V, string | number | null> {
  return (value) => (value === null || String(value).trim() === '' ? sentence : '')
}

export function atMost<V>(letters: number): Check<V, string> {
  return (value) => (value.length > letters ? `不能超过 ${letters} 个字` : '')
}

/** A telephone number: a mobile, a landline with its area code, or 400/95xxx. */
export function phone<V>(): Check<V, string> {
  return (value) => (value.trim() === '' || PHONE.test(value.trim()) ? '' : '电话只能写数字、空格和短横线，例如 0571-8888 6666')
}

/** Yuan with at most two decimals; limits in fen. */
export function money<V>({ least = 0, most = Number.MAX_SAFE_INTEGER } = {}): Check<V, string> {
  return (value) => {
    if (value.trim() === '') return ''
    const fen = fenOf(value)
    if (fen === null) return '请填写金额，最多两位小数，例如 12.50'
    return fen < least || fen > most ? `金额要在 ${least / 100} 到 ${most / 100} 元之间` : ''
  }
}

/** Yuan per kWh with at most five decimals; limits in 1e-5 yuan. */
export function price<V>({ least = 0, most = Number.MAX_SAFE_INTEGER } = {}): Check<V, string> {
  return (value) => {
    if (value.trim() === '') return ''
    const e5 = priceE5Of(value)
    if (e5 === null) return '请填写电价，最多五位小数，例如 0.6543'
    return e5 < least || e5 > most ? `电价要在 ${least / 100_000} 到 ${most / 100_000} 元/度之间` : ''
  }
}
