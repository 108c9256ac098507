/** What the analysis is of, and how it is looked at; all of it in the address, and kept while going between the parts. */

import type { AnalysisQuery, ComparedQuery } from '@/api/analysis'
import { choice, days, oneOf, operator, station, text, type Values } from '@/kit/filters/schema'

import { FIGURES, type FigureKey } from './figures'
import { COMPARISONS, GRAINS, grainOf, spanOf, type Comparison, type Grain, type Span } from './spans'

const LONGEST_DIVISION = 6

export const SORTS = [
  { value: 'energy', label: '充电度数' },
  { value: 'money', label: '充电金额' },
  { value: 'charges', label: '充电次数' },
  { value: 'utilisation', label: '利用率' },
  { value: 'failures', label: '启动失败' },
] as const

export const schema = [
  days('日期'),
  oneOf('compare', { title: '对比', none: '对比上一周期', choices: COMPARISONS }),
  text('division', '地区', '地区', LONGEST_DIVISION),
  operator,
  station,
  choice('pile_kind', 'PileKind', { title: '桩类型', none: '全部桩类型' }),
  oneOf('figure', { title: '指标', none: '充电金额', choices: FIGURES.map(({ key, name }) => ({ value: key, label: name })) }),
  oneOf('grain', { title: '粒度', none: '自动', choices: GRAINS }),
  oneOf('by', { title: '统计到', none: '充电桩', choices: [{ value: 'pile', label: '充电桩' }, { value: 'connector', label: '充电枪' }] }),
  oneOf('order', { title: '次序', none: '从多到少', choices: [{ value: 'most', label: '从多到少' }, { value: 'least', label: '从少到多' }] }),
  oneOf('sort', { title: '排行', none: '充电度数', choices: SORTS }),
] as const

export type AnalysisValues = Values<typeof schema>

/** What is chosen, with what holds where nothing is. */
export interface View {
  span: Span
  comparison: Comparison
  figure: FigureKey
  grain: Grain
  by: 'pile' | 'connector'
  order: 'most' | 'least'
  sort: (typeof SORTS)[number]['value']
  /** Names of what narrows it besides the days. */
  division: string | null
  operatorNo: string | null
  stationNo: string | null
  pileKind: 'dc' | 'ac' | null
  /** As the API is asked, without what it is compared with and with it. */
  query: AnalysisQuery
  compared: ComparedQuery
}

export function viewOf(values: AnalysisValues, today: string): View {
  const span = spanOf(values.from_date, values.to_date, today)
  const comparison = values.compare ?? 'previous'
  const query = {
    from_date: span.from,
    to_date: span.to,
    division: values.division,
    operator_no: values.operator_no,
    station_no: values.station_no,
    pile_kind: values.pile_kind,
  }
  return {
    span,
    comparison,
    figure: values.figure ?? 'money',
    grain: values.grain ?? grainOf(span),
    by: values.by ?? 'pile',
    order: values.order ?? 'most',
    sort: values.sort ?? 'energy',
    division: values.division,
    operatorNo: values.operator_no,
    stationNo: values.station_no,
    pileKind: values.pile_kind,
    query,
    compared: { ...query, compare: comparison === 'none' ? null : comparison },
  }
}
