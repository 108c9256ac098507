/** The organisation code of a company (GB 11714): eight characters and a check character. */

import type { Check } from '@/kit/forms/useForm'

const CODE = /^[0-9A-Z]{8}[0-9X]$/
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2] as const
const MODULUS = 11
const TEN = 10

/** As it is kept: capital letters, without the hyphen that certificates print. */
export function tidyCode(typed: string): string {
  return typed.normalize('NFKC').replace(/[-\s]/g, '').toUpperCase()
}

export function organisationCode<V>(): Check<V, string> {
  return (value) => {
    const code = tidyCode(value)
    if (code === '') return ''
    if (!CODE.test(code)) return '组织机构代码是 9 位：8 位数字或大写字母，加 1 位校验码'
    return checkCharacter(code) === code.at(-1) ? '' : '校验码不对，请对照证照核对（统一社会信用代码的第 9 到 17 位）'
  }
}

function checkCharacter(code: string): string {
  const sum = WEIGHTS.reduce((total, weight, at) => total + DIGITS.indexOf(code.charAt(at)) * weight, 0)
  const check = MODULUS - (sum % MODULUS)
  return check === TEN ? 'X' : String(check % MODULUS)
}
