/** Operators and what they set, the logs: the pages of the menu's last group, in every state. */

import { AGREEMENTS, DRAFT, PUBLISHED } from './sample_rows.js'
import { API, emptyOf, ready, statesOf, tell } from './scene_states.js'

const list = (page) => tell('agreements?*', AGREEMENTS)(page)
const changed = (page) => page.getByText('与上一版比较').first().click()

const ACCOUNT = {
  account_no: 'C20261129100000ABCDEFGHJ',
  operator_no: 'MA1XX0001',
  operator_name: '城西充电服务有限公司',
  channel: 'wechat',
  mode: 'partner',
  name: '城西公司微信收款',
  is_enabled: true,
  merchant_no: '1600000001',
  application_no: '',
  sub_merchant_no: '1900000109',
  key_serial: '5F1C2B3A4D5E6F708192A3B4C5D6E7F801020304',
  proof_key_no: 'PUB_KEY_ID_0119000001092026112300000000000001',
  has_private_key: true,
  has_api_key: true,
  has_proof_key: true,
  uses_certificates: true,
  both_until: '2026-12-06T02:00:00Z',
  expires_on: '2026-12-20',
  is_expiring: true,
  notify_path: '/notify/wechat/C20261129100000ABCDEFGHJ',
  created_at: '2026-11-29T02:00:00Z',
  row_version: 2,
}
const ACCOUNT_PATH = `channel-accounts/${ACCOUNT.account_no}`
/** A system that was just begun has no such account: one is told. */
const tellAccount = (page) => page.route(`${API}${ACCOUNT_PATH}`, (route) => route.fulfill({ json: ACCOUNT }))
const tellAccounts = (page) =>
  page.route(`${API}channel-accounts?*`, (route) =>
    route.fulfill({ json: { accounts: [ACCOUNT], prev_cursor: null, next_cursor: null, total: { count: 1, is_capped: false } } }),
  )

export const settingsScenes = [
  { name: 'operators', path: () => 'operators', act: ready },
  { name: 'operators-768', size: [768, 1024], path: () => 'operators', act: ready },
  ...statesOf('operators', () => 'operators', 'operators?*'),
  emptyOf('operators', () => 'operators', 'operators?*', { operators: [] }),
  { name: 'operator-new', path: () => 'operators/new', act: (page) => page.getByText('第一位管理员').waitFor() },
  { name: 'operator-new-768', size: [768, 1200], path: () => 'operators/new', act: (page) => page.getByText('第一位管理员').waitFor() },
  {
    name: 'operator-new-missing',
    path: () => 'operators/new',
    act: async (page) => {
      await page.getByRole('button', { name: '建立运营商' }).click()
      await page.getByText('请填写账号').waitFor()
    },
  },
  {
    name: 'operator-appoint',
    path: () => 'operators/MA1XX0001',
    isStaged: true,
    before: (page) =>
      page.route(`${API}operators/MA1XX0001`, async (route) => {
        const answer = await route.fetch()
        await route.fulfill({ response: answer, json: { ...(await answer.json()), has_administrator: false } })
      }),
    act: async (page) => {
      await page.getByRole('button', { name: '指定管理员' }).click()
      await page.getByRole('button', { name: '建立管理员' }).waitFor()
      await page.waitForTimeout(500)
    },
  },
  ...[1440, 768].map((width) => ({
    name: `operator-${width}`,
    size: [width, 900],
    path: () => 'operators/MA1XX0001',
    act: (page) => page.getByText('它自己的设置').waitFor(),
  })),
  {
    name: 'operator-edit',
    path: () => 'operators/MA1XX0001',
    act: async (page) => {
      await page.getByRole('button', { name: '修改' }).click()
      await page.getByLabel('客服电话').waitFor()
      await page.waitForTimeout(500)
    },
  },
  ...statesOf('operator', () => 'operators/MA1XX0001', 'operators/*'),
  { name: 'channel-accounts', path: () => 'channel-accounts', isStaged: true, before: tellAccounts, act: ready },
  { name: 'channel-accounts-768', size: [768, 1024], path: () => 'channel-accounts', isStaged: true, before: tellAccounts, act: ready },
  ...statesOf('channel-accounts', () => 'channel-accounts', 'channel-accounts?*'),
  emptyOf('channel-accounts', () => 'channel-accounts', 'channel-accounts?*', { accounts: [] }),
  {
    name: 'channel-account-new',
    path: () => 'channel-accounts',
    act: async (page) => {
      await page.getByRole('button', { name: '新建收款账户' }).first().click()
      await page.getByRole('button', { name: '建立账户' }).click()
      await page.getByText('请粘贴私钥全文').waitFor()
    },
  },
  { name: 'channel-account', path: () => ACCOUNT_PATH, isStaged: true, before: tellAccount, act: (page) => page.getByText('旧密钥用到').waitFor() },
  { name: 'channel-account-768', size: [768, 1200], path: () => ACCOUNT_PATH, isStaged: true, before: tellAccount, act: (page) => page.getByText('旧密钥用到').waitFor() },
  {
    name: 'channel-account-keys',
    path: () => ACCOUNT_PATH,
    isStaged: true,
    before: tellAccount,
    act: async (page) => {
      await page.getByRole('button', { name: '更换密钥' }).first().click()
      await page.getByText('只填要换的').waitFor()
      await page.waitForTimeout(500)
    },
  },
  ...statesOf('channel-account', () => ACCOUNT_PATH, 'channel-accounts/*'),
  { name: 'policy', path: () => 'policy', act: (page) => page.getByText('启动所需最低余额').first().waitFor() },
  { name: 'policy-768', size: [768, 1200], path: () => 'policy', act: (page) => page.getByText('启动所需最低余额').first().waitFor() },
  ...statesOf('policy', () => 'policy', 'policy*'),
  ...[1440, 1280, 768].map((width) => ({ name: `agreements-${width}`, size: [width, 900], path: () => 'agreements', before: list, act: ready })),
  emptyOf('agreements', () => 'agreements', 'agreements?*', { agreements: [] }),
  ...[1440, 768].map((width) => ({
    name: `agreement-draft-${width}`,
    size: [width, 1200],
    path: () => `agreements/${DRAFT.agreement.agreement_no}`,
    before: tell('agreements/*', DRAFT),
    act: (page) => page.getByText('编写').first().waitFor(),
  })),
  {
    name: 'agreement-changes',
    path: () => `agreements/${PUBLISHED.agreement.agreement_no}`,
    before: tell('agreements/*', PUBLISHED),
    act: async (page) => (await changed(page), page.getByText('余额随时可以退回').waitFor()),
  },
  ...statesOf('agreement', () => 'agreements/A1', 'agreements/*'),
  ...statesOf('agreements', () => 'agreements', 'agreements?*'),
  { name: 'agreement-new', path: () => 'agreements/new', act: (page) => page.getByText('正文').first().waitFor() },
  { name: 'audit', path: () => 'audit', act: ready },
  { name: 'audit-768', size: [768, 1024], path: () => 'audit', act: ready },
  ...statesOf('audit', () => 'audit', 'audit?*'),
  emptyOf('audit', () => 'audit', 'audit?*', { rows: [] }),
  { name: 'log-ins', size: [1280, 800], path: () => 'log-ins', act: ready },
  { name: 'log-ins-768', size: [768, 1024], path: () => 'log-ins', act: ready },
  ...statesOf('log-ins', () => 'log-ins', 'log-ins?*'),
  emptyOf('log-ins', () => 'log-ins', 'log-ins?*', { log_ins: [] }),
]
