/** The figures a manager asks for: how each comes from the sums, reads to people, and stands in a chart. */

import type { Sums } from '@/api/types'
import { changePermille, formatKwh, formatPermille } from '@/format/measure'
import { formatFen, formatPrice, groupThousands } from '@/format/money'
import type { ChartCell } from '@/kit/charts/chart_table'

export type FigureKey = 'money' | 'energy' | 'charges' | 'duration' | 'price' | 'utilisation'

export interface Figure {
  key: FigureKey
  name: string
  /** Of `plain`. */
  unit: string
  /** Adds up: a mean of a day is asked for by dividing. */
  isSum: boolean
  /** An integer in a small unit; null where there is nothing to tell of. */
  of: (sums: Sums | null, availableS: number | null) => number | null
  /** With its unit. */
  text: (value: number) => string
  /** As drawn and as computed with. */
  plain: (value: number) => number
}

const HOUR_S = 3600
const FEN_PER_YUAN = 100
const WH_PER_KWH = 1000
const PERMILLE_PER_PERCENT = 10
const E5 = 100_000

export const FIGURES: readonly Figure[] = [
  {
    key: 'money', name: '充电金额', unit: '元', isSum: true,
    of: (sums) => sums?.total_fen ?? null, text: formatFen, plain: (fen) => fen / FEN_PER_YUAN,
  },
  {
    key: 'energy', name: '充电度数', unit: '度', isSum: true,
    of: (sums) => sums?.energy_wh ?? null, text: (wh) => `${formatKwh(wh)} 度`, plain: (wh) => wh / WH_PER_KWH,
  },
  {
    key: 'charges', name: '充电次数', unit: '次', isSum: true,
    of: (sums) => sums?.charges ?? null, text: (count) => `${groupThousands(count)} 次`, plain: (count) => count,
  },
  {
    key: 'duration', name: '充电时长', unit: '小时', isSum: true,
    of: (sums) => sums?.duration_s ?? null, text: hoursText, plain: (seconds) => Math.round((seconds * 10) / HOUR_S) / 10,
  },
  {
    key: 'price', name: '平均单价', unit: '元/度', isSum: false,
    of: priceE5, text: (e5) => `${formatPrice(e5)}/度`, plain: (e5) => e5 / E5,
  },
  {
    key: 'utilisation', name: '利用率', unit: '%', isSum: false,
    of: utilisationPermille, text: formatPermille, plain: (permille) => permille / PERMILLE_PER_PERCENT,
  },
]

export function figureOf(key: FigureKey): Figure {
  const found = FIGURES.find((one) => one.key === key)
  if (!found) throw new Error(`no figure ${key}`)
  return found
}

export function textOf(figure: Figure, value: number | null): string {
  return value === null ? '—' : figure.text(value)
}

export function plainOf(figure: Figure, value: number | null): number | null {
  return value === null ? null : figure.plain(value)
}

export function figureCell(figure: Figure, value: number | null): ChartCell {
  return { text: textOf(figure, value), plain: plainOf(figure, value) }
}

/** `充电金额（元）`. */
export function titleOf(figure: Figure): string {
  return `${figure.name}（${figure.unit}）`
}

/** `+12.3%`, `-4.0%`, `持平`; empty where there is nothing to compare with. */
export function changeText(now: number | null, before: number | null): string {
  const permille = now === null ? null : changePermille(now, before)
  if (permille === null) return ''
  if (permille === 0) return '持平'
  return `${permille > 0 ? '+' : '-'}${formatPermille(permille)}`
}

/** Of a sum, per day; a mean is none of days. */
export function perDay(figure: Figure, value: number | null, days: number): number | null {
  if (value === null || days <= 0) return null
  return figure.isSum ? Math.round(value / days) : value
}

/** Electricity and service per kWh, to a hundredth of a fen; what stood at the gun afterwards is no price of energy. */
function priceE5(sums: Sums | null): number | null {
  if (!sums || sums.energy_wh <= 0) return null
  const fen = sums.electricity_fen + sums.service_fen
  return Math.round((fen * E5) / sums.energy_wh) * (WH_PER_KWH / FEN_PER_YUAN)
}

/** Of the seconds in which the guns were in service. */
function utilisationPermille(sums: Sums | null, availableS: number | null): number | null {
  if (!sums || !availableS) return null
  return Math.round((sums.duration_s * 1000) / availableS)
}

function hoursText(seconds: number): string {
  const tenths = Math.round((seconds * 10) / HOUR_S)
  return `${groupThousands(Math.floor(tenths / 10))}.${tenths % 10} 小时`
}
