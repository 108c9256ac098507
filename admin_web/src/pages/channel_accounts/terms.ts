/** What is no secret of an account, as a form holds it. */

import type { ChannelAccount } from '@/api/types'

export interface TermValues {
  name: string
  merchant_no: string
  sub_merchant_no: string
  application_no: string
  expires_on: string
  uses_certificates: boolean
}

export const noTerms: TermValues = {
  name: '',
  merchant_no: '',
  sub_merchant_no: '',
  application_no: '',
  expires_on: '',
  uses_certificates: false,
}

export function termsOf(account: ChannelAccount): TermValues {
  const { name, merchant_no, sub_merchant_no, application_no, expires_on, uses_certificates } = account
  return { name, merchant_no, sub_merchant_no, application_no, expires_on: expires_on ?? '', uses_certificates }
}

/** As the server takes them. */
export function sentTerms(values: TermValues) {
  return {
    name: values.name.trim(),
    merchant_no: values.merchant_no.trim(),
    sub_merchant_no: values.sub_merchant_no.trim(),
    application_no: values.application_no.trim(),
    expires_on: values.expires_on || null,
    uses_certificates: values.uses_certificates,
  }
}
