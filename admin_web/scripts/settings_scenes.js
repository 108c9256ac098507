/** Operators and what they set, the logs: the pages of the menu's last group, in every state. */

import { API, emptyOf, ready, statesOf } from './scene_states.js'

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
  ...statesOf('operator', () => 'operators/MA1XX0001', 'operators/*'),
  { name: 'policy', path: () => 'policy', act: (page) => page.getByText('启动所需最低余额').first().waitFor() },
  { name: 'policy-768', size: [768, 1200], path: () => 'policy', act: (page) => page.getByText('启动所需最低余额').first().waitFor() },
  ...statesOf('policy', () => 'policy', 'policy*'),
  { name: 'agreements', path: () => 'agreements', act: ready },
  { name: 'agreements-768', size: [768, 1024], path: () => 'agreements', act: ready },
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
