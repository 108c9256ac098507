/** A draft as it is edited: prices as they are typed, half-hours as they are painted, and which plan each kind of day has. */

import type { DayKind, IdleTerms, PlanForm, TariffVersion } from '@/api/types'
import { fenOf, priceE5Of, typedFen, typedPrice } from '@/format/entry'
import { formatFen, formatPrice } from '@/format/money'
import { BANDS, runs, runsText, SLOTS, type Band, type Cell } from '@/kit/painter/strip'
import { label } from '@/labels'

/** An empty price is the band's. */
export interface Slot {
  band: Band | null
  electricity: string
  service: string
}

export interface Typed {
  electricity: string
  service: string
}

export interface Plan {
  name: string
  prices: Record<Band, Typed>
  slots: Slot[]
}

export const DAY_KINDS: readonly DayKind[] = ['workday', 'weekend', 'holiday']
export const MONTHS: readonly number[] = Array.from({ length: 12 }, (_, index) => index + 1)
export const MOST_PLANS = 12
export const LONGEST_PLAN_NAME = 20
const MOST_E5 = 1_000_000_000
const MOST_FREE_MINUTES = 1440
const MOST_MINUTE_FEN = 10_000
const MOST_CAP_FEN = 100_000

/** Which plan each month and kind of day has, as its place among the plans; null: none yet. */
export type Days = Record<string, number | null>

/** What a car costs that stays after its charge, as it is typed. */
export interface Idle {
  isOn: boolean
  free: string
  minute: string
  cap: string
}

export interface Draft {
  plans: Plan[]
  days: Days
  idle: Idle
  row_version: number
}

export function dayKey(month: number, kind: DayKind): string {
  return `${month}-${kind}`
}

export function draftOf(version: TariffVersion): Draft {
  const days: Days = {}
  for (const month of MONTHS) for (const kind of DAY_KINDS) days[dayKey(month, kind)] = null
  version.plans.forEach((plan, place) => {
    for (const day of plan.days) days[dayKey(day.month, day.day_kind)] = place
  })
  return { plans: version.plans.map(planOf), days, idle: typedIdle(version.idle), row_version: version.version.row_version }
}

function typedIdle(terms: IdleTerms | null): Idle {
  if (!terms) return { isOn: false, free: '15', minute: '', cap: '' }
  return { isOn: true, free: String(terms.free_minutes), minute: typedFen(terms.minute_fen), cap: typedFen(terms.day_cap_fen) }
}

/** As the server takes them; null: a car may stay for nothing, or they are not all typed yet. */
export function idleOf(idle: Idle): IdleTerms | null {
  const [free, minute, cap] = [Number(idle.free), fenOf(idle.minute), fenOf(idle.cap)]
  if (!idle.isOn || idleProblems(idle).length > 0 || minute === null || cap === null) return null
  return { free_minutes: free, minute_fen: minute, day_cap_fen: cap }
}

/** What keeps them from being saved. */
export function idleProblems(idle: Idle): string[] {
  if (!idle.isOn) return []
  const [minute, cap] = [fenOf(idle.minute), fenOf(idle.cap)]
  const found: string[] = []
  if (!/^\d{1,4}$/.test(idle.free.trim()) || Number(idle.free) > MOST_FREE_MINUTES) {
    found.push(`占位费：免费时长要是 0 到 ${MOST_FREE_MINUTES} 之间的整数分钟。`)
  }
  if (minute === null || minute < 1 || minute > MOST_MINUTE_FEN) found.push('占位费：每分钟的价格要在 0.01 到 100 元之间。')
  if (cap === null || cap < 1 || cap > MOST_CAP_FEN) found.push('占位费：每天最多收取的金额要在 0.01 到 1000 元之间。')
  return found
}

/** `充电结束后 15 分钟内免费，之后每分钟 ¥0.50，每次占位每天最多 ¥20.00`. */
export function idleText(terms: IdleTerms | null): string {
  if (!terms) return '不收占位费'
  const free = terms.free_minutes > 0 ? `充电结束后 ${terms.free_minutes} 分钟内免费，之后` : '充电结束后'
  return `${free}每分钟 ${formatFen(terms.minute_fen)}，每次占位每天最多 ${formatFen(terms.day_cap_fen)}`
}

function planOf(form: PlanForm): Plan {
  const prices = Object.fromEntries(BANDS.map((band) => [band, { electricity: '', service: '' }])) as Record<Band, Typed>
  for (const price of form.prices) {
    prices[price.rate_band] = { electricity: typedPrice(price.electricity_e5), service: typedPrice(price.service_e5) }
  }
  const slots = form.slots.map((slot) => ({
    band: slot.rate_band,
    electricity: typedPrice(slot.electricity_e5),
    service: typedPrice(slot.service_e5),
  }))
  return { name: form.name, prices, slots }
}

/** As the server takes it; what is no price yet is left out, so that it says what is missing. */
export function formsOf(draft: Draft): PlanForm[] {
  return draft.plans.map((plan, place) => ({
    name: plan.name.trim(),
    prices: BANDS.flatMap((band) => {
      const [electricity, service] = [priceE5Of(plan.prices[band].electricity), priceE5Of(plan.prices[band].service)]
      return electricity === null || service === null
        ? []
        : [{ rate_band: band, electricity_e5: electricity, service_e5: service }]
    }),
    slots: plan.slots.map((slot) => ({
      rate_band: slot.band,
      electricity_e5: slot.band && slot.electricity ? priceE5Of(slot.electricity) : null,
      service_e5: slot.band && slot.service ? priceE5Of(slot.service) : null,
    })),
    days: daysOf(draft, place).map(([month, kind]) => ({ month, day_kind: kind })),
  }))
}

function daysOf(draft: Draft, place: number): [number, DayKind][] {
  const all = MONTHS.flatMap((month) => DAY_KINDS.map((kind): [number, DayKind] => [month, kind]))
  return draft.plans.length === 1 ? all : all.filter(([month, kind]) => draft.days[dayKey(month, kind)] === place)
}

/** What a half-hour costs; a price that is none is null. */
export function pricesAt(plan: Plan, slot: Slot): { electricity: number | null; service: number | null } {
  const usual = slot.band ? plan.prices[slot.band] : { electricity: '', service: '' }
  return {
    electricity: priceE5Of(slot.electricity || usual.electricity),
    service: priceE5Of(slot.service || usual.service),
  }
}

export function cellsOf(plan: Plan): Cell[] {
  return plan.slots.map((slot) => {
    const { electricity, service } = pricesAt(plan, slot)
    const isOwn = slot.band !== null && Boolean(slot.electricity || slot.service)
    return { band: slot.band, isOwn, words: wordsOf(slot.band, electricity, service, isOwn) }
  })
}

function wordsOf(band: Band | null, electricity: number | null, service: number | null, isOwn: boolean): string {
  if (band === null) return '未设'
  const price =
    electricity === null || service === null
      ? '还没有价格'
      : `电费 ${formatPrice(electricity)} 服务费 ${formatPrice(service)}${isOwn ? '（单独定价）' : ''}`
  return `${label('RateBand', band)} ${price}`
}

/** What keeps a draft from being saved: names and prices, and the idle fee's numbers. */
export function problemsOf(draft: Draft): string[] {
  const found = draft.plans.flatMap((plan, place) => {
    const name = nameOf(plan, place)
    const found: string[] = []
    if (draft.plans.length > 1 && plan.name.trim() === '') found.push(`第 ${place + 1} 个日方案还没有名称。`)
    if (plan.name.trim() && draft.plans.findIndex((one) => one.name.trim() === plan.name.trim()) !== place) {
      found.push(`日方案名称“${plan.name.trim()}”重复了。`)
    }
    for (const band of BANDS) {
      const { electricity, service } = plan.prices[band]
      if ([electricity, service].some((typed) => typed.trim() && !isPrice(typed))) {
        found.push(`${name}：“${label('RateBand', band)}”的价格要填 0 到 10000 之间的数，最多五位小数。`)
      }
    }
    const unpriced = runs(plan.slots, (slot) => slot.band !== null && Object.values(pricesAt(plan, slot)).includes(null))
    if (unpriced.length > 0) found.push(`${name}：${runsText(unpriced)} 已涂色，还没有填价格。`)
    return found
  })
  return [...found, ...idleProblems(draft.idle)]
}

export function isPrice(typed: string): boolean {
  const e5 = priceE5Of(typed)
  return e5 !== null && e5 <= MOST_E5
}

/** What keeps a draft from being published: half-hours and days that nothing is set for. */
export function gapsOf(draft: Draft): string[] {
  const found = draft.plans.flatMap((plan, place) => {
    const open = runs(plan.slots, (slot) => slot.band === null)
    return open.length > 0 ? [`${nameOf(plan, place)}：${runsText(open)} 还没有涂色。`] : []
  })
  if (draft.plans.length === 1) return found
  for (const kind of DAY_KINDS) {
    const months = MONTHS.filter((month) => draft.days[dayKey(month, kind)] === null)
    if (months.length > 0) found.push(`${monthsText(months)}的${label('DayKind', kind)}还没有选日方案。`)
  }
  draft.plans.forEach((plan, place) => {
    if (daysOf(draft, place).length === 0) found.push(`${nameOf(plan, place)}没有用在任何日子；不需要时请删除。`)
  })
  return found
}

export function nameOf(plan: { name: string }, place: number): string {
  return plan.name.trim() ? `“${plan.name.trim()}”` : `日方案 ${place + 1}`
}

/** `1–3 月、12 月`, or `全年`. */
export function monthsText(months: readonly number[]): string {
  if (months.length === MONTHS.length) return '全年'
  const flags = MONTHS.map((month) => months.includes(month))
  return runs(flags, Boolean)
    .map(([start, end]) => (end - start === 1 ? `${end} 月` : `${start + 1}–${end} 月`))
    .join('、')
}

export function emptyPlan(name: string): Plan {
  return planOf({ name, prices: [], slots: Array.from({ length: SLOTS }, () => ({ rate_band: null, electricity_e5: null, service_e5: null })), days: [] })
}

/** Without the plan at a place; its days have none then, and those behind it move up. */
export function withoutPlan(draft: Draft, place: number): Pick<Draft, 'plans' | 'days'> {
  const days = Object.fromEntries(
    Object.entries(draft.days).map(([day, of]) => [day, of === null || of === place ? null : of > place ? of - 1 : of]),
  )
  return { plans: draft.plans.filter((_, index) => index !== place), days }
}
