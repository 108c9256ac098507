/** What the numbers and keys of an account are called at each channel, and where they are found. */

import type { components } from '@/api/schema'

type Channel = components['schemas']['Channel']

export const LONGEST_NAME = 60
export const LONGEST_NO = 32
export const LONGEST_KEY_NO = 64
export const LONGEST_PEM = 8192
export const API_KEY_LETTERS = 32

interface Words {
  merchant: string
  merchantHint: string
  privateKey: string
  privateKeyHint: string
  proofKey: string
  proofKeyHint: string
}

export const words: Readonly<Record<Channel, Words>> = {
  wechat: {
    merchant: '商户号',
    merchantHint: '微信支付商户平台“账户中心 → 商户信息”；它要和平台的小程序做过授权关联',
    privateKey: '商户私钥',
    privateKeyHint: 'apiclient_key.pem 的全文，从 -----BEGIN PRIVATE KEY----- 开始',
    proofKey: '微信支付公钥',
    proofKeyHint: 'pub_key.pem 的全文，从“API 安全 → 微信支付公钥”下载；只有平台证书的老商户不填，改为勾选“用平台证书验签”',
  },
  alipay: {
    merchant: '收款方 PID',
    merchantHint: '2088 开头的 16 位编号，在支付宝开放平台“账户中心”',
    privateKey: '应用私钥',
    privateKeyHint: '用支付宝密钥工具生成的应用私钥全文，RSA2',
    proofKey: '支付宝公钥',
    proofKeyHint: '在开放平台应用的“接口加签方式”里查看；是支付宝公钥，不是应用公钥',
  },
}
