/** The analysis: ranges, figures, what charts are given, and the filter that stays in the address. */

import { expect, test } from 'vitest'

import type { Bands, Failures, Hours, Sums, Trend } from '@/api/types'
import { axisOption } from '@/kit/charts/axis_option'
import { csvOf } from '@/kit/charts/chart_table'
import { depthOf } from '@/kit/charts/heat'
import { shorten } from '@/kit/charts/numbers'
import { readFilters } from '@/kit/filters/schema'
import { stepsTo } from '@/kit/forms/regions'
import { nameable, radiusOf } from '@/kit/map/bubbles'
import AnalysisPage from '@/pages/analysis/AnalysisPage.vue'
import { bandTable } from '@/pages/analysis/bands'
import { cumulated } from '@/pages/analysis/failures'
import { changeText, FIGURES, figureOf } from '@/pages/analysis/figures'
import { schema, viewOf } from '@/pages/analysis/filter'
import { hourRows, profileChart } from '@/pages/analysis/hours'
import { comparedSpan, grainOf, spanOf, spansOf, tooWideFor } from '@/pages/analysis/spans'
import { stepSpan, trendChart, trendTable } from '@/pages/analysis/trend'
import { besides, figures } from '@/pages/home/figures'
import { linesOf } from '@/pages/home/power_line'

import { asked, button, enter, errorOf, open, profile, sees, serve, shown, staffAnswers, type Answers } from './pages'

const TODAY = '2026-03-15'
const NONE: Sums = { charges: 0, energy_wh: 0, electricity_fen: 0, service_fen: 0, idle_fen: 0, total_fen: 0, duration_s: 0 }
const SOME: Sums = { charges: 2, energy_wh: 30_000, electricity_fen: 2_400, service_fen: 900, idle_fen: 500, total_fen: 3_800, duration_s: 5_400 }
const FRESH = { as_of: '2026-03-15T04:00:00Z', is_behind: false }
const view = (query: Record<string, string>): ReturnType<typeof viewOf> => viewOf(readFilters(schema, query).values, TODAY)

test('ranges are of local days, whole months are whole, and what is half chosen is filled up', () => {
  const spans = Object.fromEntries(spansOf(TODAY).map(({ word, from, to }) => [word, `${from} ${to}`]))
  expect(spans).toMatchObject({ 昨天: '2026-03-14 2026-03-14', 上月: '2026-02-01 2026-02-28', 近12个月: '2025-03-01 2026-02-28' })
  expect(spanOf(null, null, TODAY)).toEqual({ from: '2026-02-14', to: TODAY })
  expect(spanOf('2026-03-01', null, TODAY)).toEqual({ from: '2026-03-01', to: TODAY })
})

test.each([
  ['2026-03-01', '2026-03-10', 'previous', '2026-02-19', '2026-02-28'],
  ['2026-02-01', '2026-03-31', 'previous', '2025-12-01', '2026-01-31'],
  ['2026-03-01', '2026-03-10', 'last_year', '2025-03-01', '2025-03-10'],
  ['2025-02-01', '2025-02-28', 'last_year', '2024-02-01', '2024-02-29'],
  ['2024-02-29', '2024-02-29', 'last_year', '2023-02-28', '2023-02-28'],
] as const)('%s to %s is compared by %s with %s to %s', (from, to, by, otherFrom, otherTo) => {
  expect(comparedSpan({ from, to }, by)).toEqual({ from: otherFrom, to: otherTo })
})

test('a range is drawn as fine as it can be read, and said to be too wide where it cannot', () => {
  expect([grainOf({ from: TODAY, to: TODAY }), grainOf({ from: '2026-01-01', to: TODAY }), grainOf({ from: '2024-01-01', to: TODAY })]).toEqual(['hour', 'day', 'month'])
  expect(tooWideFor({ from: '2026-01-01', to: TODAY }, 'hour')).toContain('62 天')
  expect(tooWideFor({ from: '2020-01-01', to: TODAY })).toContain('1,100 天')
  expect(tooWideFor({ from: '2026-01-01', to: TODAY }, 'day')).toBe('')
})

test('each figure comes from the sums in integers and reads with its unit', () => {
  const told = FIGURES.map((figure) => figure.text(figure.of(SOME, 54_000) ?? -1))
  expect(told).toEqual(['¥38.00', '30.00 度', '2 次', '1.5 小时', '¥1.1000/度', '10.0%'])
  expect(FIGURES.map((figure) => figure.of(NONE, 0))).toEqual([0, 0, 0, 0, null, null])
  expect([changeText(110, 100), changeText(90, 100), changeText(5, 5), changeText(5, 0)]).toEqual(['+10.0%', '-10.0%', '持平', ''])
})

const TREND: Trend = {
  ...FRESH,
  points: [
    { start: '2026-03-13', hour: null, sums: SOME, available_s: 86_400 },
    { start: '2026-03-14', hour: null, sums: NONE, available_s: 86_400 },
    { start: '2026-03-15', hour: null, sums: null, available_s: 0 },
  ],
  total: SOME,
  available_s: 172_800,
  compared: {
    from_date: '2026-03-10', to_date: '2026-03-12', total: SOME, available_s: 172_800,
    points: [{ start: '2026-03-10', hour: null, sums: SOME, available_s: 86_400 }],
  },
}

test('the trend begins at zero, leaves gaps where nothing is known, and names its lines and its highest value', () => {
  const chart = trendChart(TREND, view({ from_date: '2026-03-13', to_date: '2026-03-15', grain: 'day' }), TODAY)
  expect(chart.lines.map(({ name, values }) => [name, values])).toEqual([['上一周期', [38, null, null]], ['本期（未完）', [38, 0, null]]])
  const option = axisOption(chart, (token) => token)
  expect(option.yAxis).toMatchObject({ min: 0 })
  const labels = JSON.stringify(option.series)
  for (const word of ['最高 ¥38.00', '本期（未完）', '上一周期', 'dashed']) expect(labels).toContain(word)
})

test('a week and a month lead to their own days, cut by the range', () => {
  const wide = view({ from_date: '2026-02-10', to_date: '2026-03-04', grain: 'week' })
  const point = { start: '2026-03-02', hour: null, sums: SOME, available_s: 0 }
  expect(stepSpan(point, wide)).toEqual({ from: '2026-03-02', to: '2026-03-04' })
  expect(stepSpan({ ...point, start: '2026-02-10' }, wide)).toEqual({ from: '2026-02-10', to: '2026-02-15' })
  expect(stepSpan({ ...point, start: '2026-02-10' }, { ...wide, grain: 'month' })).toEqual({ from: '2026-02-10', to: '2026-02-28' })
})

test('a table becomes a file that table programs read, and no text in it becomes a formula', () => {
  const csv = csvOf({
    columns: [{ title: '充电站' }, { title: '金额（元）', isNumber: true }],
    rows: [{ key: '1', cells: [{ text: '=HYPERLINK("x")' }, { text: '-¥1,234.50', plain: -1234.5 }] }, { key: '2', cells: [{ text: '甲,乙' }, { text: '—', plain: null }] }],
  })
  expect(csv).toBe('\uFEFF充电站,金额（元）\r\n"\'=HYPERLINK(""x"")",-1234.5\r\n"甲,乙",\r\n')
  const table = trendTable(TREND, view({ from_date: '2026-03-13', to_date: '2026-03-15', grain: 'day' }))
  expect(table.rows.map(({ cells }) => [cells[0]?.text, cells[1]?.plain, cells.at(-1)?.text])).toEqual([['2026-03-13 周五', 38, '持平'], ['2026-03-14 周六', 0, '—']])
})

test('an hour of the week is a mean of the days that came, and unknown where none came', () => {
  const hours: Hours = {
    ...FRESH,
    cells: [{ weekday: 1, hour: 8, sums: { ...SOME, total_fen: 300 } }],
    days: [{ weekday: 1, days: 3 }, { weekday: 2, days: 1 }],
    profile: [{ hour: 8, workday: SOME, day_off: NONE }],
    workdays: 2,
    days_off: 0,
  }
  const [monday, tuesday, wednesday] = hourRows(hours, figureOf('money'))
  expect([monday?.cells[8]?.value, tuesday?.cells[8]?.value, wednesday?.cells[8]?.value]).toEqual([1, 0, null])
  expect(monday?.cells[8]?.title).toBe('周一 8–9 时，平均每天 ¥1.00')
  expect(profileChart(hours, figureOf('money')).lines.map(({ name, values }) => [name, values[8]])).toEqual([['工作日', 19]])
  expect([depthOf(null, 9), depthOf(0, 9), depthOf(1, 9), depthOf(9, 9)]).toEqual(['none', 0, 1, 5])
})

test('reasons are told by how often, with what they make together', () => {
  const reasons: Failures['reasons'] = [
    { reason: 'fault', count: 1, compared: null },
    { reason: 'pile_offline', count: 3, compared: null },
  ]
  const failures = { ...FRESH, reasons, stations: [], piles: [], started: 10, failed: 4, compared: null }
  expect(cumulated(failures).map((row) => [row.reason, row.permille, row.cumulatedPermille])).toEqual([['pile_offline', 750, 750], ['fault', 250, 1000]])
})

test('parts of price bands add up to a hundred, dearest first', () => {
  const sums = { energy_wh: 1_000, electricity_fen: 80, service_fen: 20 }
  const rows: Bands['rows'] = [{ rate_band: 'valley', sums, compared: null }, { rate_band: 'sharp', sums: { ...sums, energy_wh: 2_000 }, compared: null }]
  expect(bandTable({ ...FRESH, rows }).rows.map(({ cells }) => [cells[0]?.text, cells[2]?.text, cells.at(-1)?.text])).toEqual([['尖', '67%', '¥0.5000/度'], ['谷', '33%', '¥1.0000/度']])
})

test('circles are as large as their values by area, and names that would lie on one another are left out', () => {
  expect(radiusOf(1, 4) * 2).toBeCloseTo(radiusOf(4, 4))
  const at = (key: string, x: number, y: number): { key: string; words: string; x: number; y: number; radius: number } => ({ key, words: '江苏省', x, y, radius: 5 })
  expect([...nameable([at('a', 0, 0), at('b', 10, 5), at('c', 0, 60)])]).toEqual(['a', 'c'])
  expect([shorten(12_000), shorten(0.25), shorten(300_000_000)]).toEqual(['1.2万', '0.25', '3亿'])
})

test('a region is named step by step, and one without cities between has none', () => {
  const all = [{ code: '330000', name: '浙江省' }, { code: '330100', name: '杭州市' }, { code: '110000', name: '北京市' }, { code: '110105', name: '朝阳区' }]
  expect(stepsTo(all, '3301').map(({ name }) => name)).toEqual(['浙江省', '杭州市'])
  expect(stepsTo(all, '110105').map(({ name }) => name)).toEqual(['北京市', '朝阳区'])
})

test('the home page says both days a figure stands beside, a past day as a whole', () => {
  const of = (charges: number): object => ({ top_up_fen: null, charging_fen: 0, idle_fen: 0, energy_wh: 0, charges, duration_s: 0 })
  const [, , , charges] = figures
  const day = { local_date: '2026-03-15', today: of(11), yesterday: of(20), last_week: of(40), yesterday_until_now: of(10), last_week_until_now: of(22) }
  const told = (dashboard: object): string[] => (charges ? besides(charges, dashboard as Parameters<typeof besides>[1]).map(({ word, change }) => `${word} ${change}`) : [])
  expect(told(day)).toEqual(['昨天 多 10.0%', '上周日 少 50.0%'])
  expect(told({ ...day, yesterday_until_now: null, last_week_until_now: null })).toEqual(['前一天 少 45.0%', '上周日 少 72.5%'])
  expect(linesOf([{ atMs: 0, w: 1 }, { atMs: 1, w: null }, { atMs: 2, w: 1 }, { atMs: 3, w: 1 }], { width: 3, height: 2, mostW: 2 })).toHaveLength(2)
})

const pageAnswers: Answers = {
  ...staffAnswers,
  'GET /me': () => ({ body: { ...profile, permissions: [...profile.permissions, 'analysis.read'] } }),
  'GET /divisions': () => ({ body: { divisions: [] } }),
  'GET /stations': () => ({ body: { stations: [], total: { count: 0, is_capped: false }, prev_cursor: null, next_cursor: null } }),
  'GET /analysis/failures': () => ({ body: { ...FRESH, reasons: [], stations: [], piles: [], started: 3, failed: 0, compared: null } }),
}

test('the filter of the address is asked for, kept from part to part, and what is wrong in it is said', async () => {
  serve({ ...pageAnswers, 'GET /analysis/bands': () => ({ status: 503, body: errorOf('service_unavailable', '服务繁忙') }) })
  await enter()
  const router = await open(AnalysisPage, '/analysis?tab=failures&from_date=2026-03-01&to_date=2026-03-02&pile_kind=dc&figure=nonsense')
  await sees('这段时间没有启动失败')
  expect(asked.find(({ path }) => path === '/analysis/failures')?.query).toEqual({ from_date: '2026-03-01', to_date: '2026-03-02', pile_kind: 'dc', compare: 'previous' })
  expect(shown()).toContain('“nonsense”不是可选的值')
  await router.push({ query: { ...router.currentRoute.value.query, tab: 'bands' } })
  await sees('请求编号：REQ1')
  expect(asked.find(({ path }) => path === '/analysis/bands')?.query).toMatchObject({ from_date: '2026-03-01', pile_kind: 'dc' })
})

test('days the wrong way round and too many of them are not asked for: it is said what to do', async () => {
  serve(pageAnswers)
  await enter()
  const router = await open(AnalysisPage, '/analysis?from_date=2026-03-09&to_date=2026-03-02&tab=failures')
  await sees('没有这样的日期范围')
  button('对调两个日期').click()
  await sees('这段时间没有启动失败')
  await router.push('/analysis?from_date=2020-01-01&to_date=2026-03-02&tab=failures')
  await sees('看其中最近的 1100 天')
  expect(asked.filter(({ path }) => path === '/analysis/failures')).toHaveLength(1)
})
