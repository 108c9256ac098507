/** Scenes of the analysis: each part drawn and as its table, nothing in it, too much of it, and home on a past day. */

import { ready, statesOf, tell } from './scene_states.js'

const FRESH = { as_of: '2026-11-29T04:00:00Z', is_behind: false }
const NONE = { charges: 0, energy_wh: 0, electricity_fen: 0, service_fen: 0, idle_fen: 0, total_fen: 0, duration_s: 0 }
const PARTS = {
  trend: 'canvas',
  regions: 'ol.bars',
  hours: '.heat',
  piles: 'ol.bars',
  bands: 'figure',
  failures: '.chart-panel',
  drivers: '.chart-panel',
  ways: '.chart-panel',
}

const at = (part, more = '') => () => `analysis?tab=${part}${more}`
const drawn = (part) => async (page) => {
  await page.locator(`main ${PARTS[part]}`).first().waitFor()
  await page.locator('main .as-of, main .notice').first().waitFor()
  await page.waitForTimeout(600)
}
const toTable = async (page) => {
  await page.getByRole('button', { name: '看表' }).first().click()
  await ready(page)
}
const yesterday = () => new Date(Date.now() + 8 * 3_600_000 - 86_400_000).toISOString().slice(0, 10)

export const analysisScenes = [
  ...Object.keys(PARTS).flatMap((part) => [
    { name: `analysis-${part}`, size: [1440, 1100], path: at(part), act: drawn(part) },
    { name: `analysis-${part}-768`, size: [768, 1300], path: at(part), act: drawn(part) },
  ]),
  { name: 'analysis-1280', size: [1280, 900], path: at('trend'), act: drawn('trend') },
  { name: 'analysis-1920', size: [1920, 1000], path: at('trend'), act: drawn('trend') },
  { name: 'analysis-table', path: at('hours'), act: async (page) => (await drawn('hours')(page), toTable(page)) },
  {
    name: 'analysis-too-wide',
    path: at('trend', '&grain=hour&from_date=2026-01-01&to_date=2026-06-30'),
    act: (page) => page.getByText('范围太宽').waitFor(),
  },
  { name: 'analysis-dates-swapped', path: at('trend', '&from_date=2026-02-02&to_date=2026-01-01'), act: (page) => page.getByText('对调两个日期').waitFor() },
  {
    name: 'analysis-empty',
    path: at('trend'),
    before: tell('analysis/trend?*', { ...FRESH, points: [], total: NONE, available_s: 0, compared: null }),
    act: (page) => page.getByText('这段时间没有充电').waitFor(),
  },
  ...statesOf('analysis', at('trend'), 'analysis/*'),
  { name: 'home-past', path: () => `?date=${yesterday()}`, act: (page) => page.getByText('回到今天').waitFor() },
]
