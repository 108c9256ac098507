/**
 * What a list can be filtered by. One schema makes the query form, the chips, the types of the query, and the check of
 * an address somebody typed or kept: whatever cannot be applied is said (`readFilters`), never dropped in silence.
 */

import { markRaw, type Component } from 'vue'
import type { LocationQuery } from 'vue-router'

import { formatFen } from '@/format/money'
import { isDay } from '@/format/time'
import { options, type EnumName, type EnumValue } from '@/labels'

interface TextFilter<N extends string> {
  kind: 'text'
  name: N
  title: string
  /** What may be typed, as the field's placeholder. */
  hint: string
  most: number
}

interface ChoiceFilter<N extends string, V extends string> {
  kind: 'choice'
  name: N
  title: string
  /** What the list shows while nothing is chosen. */
  none: string
  choices: readonly { value: V; label: string }[]
}

interface StationFilter {
  kind: 'station'
  name: 'station_no'
  title: string
}

/** Offered to the platform's staff alone. */
interface OperatorFilter {
  kind: 'operator'
  name: 'operator_no'
  title: string
}

/** Local days, both included. */
interface DaysFilter {
  kind: 'days'
  title: string
  from: 'from_date'
  to: 'to_date'
}

/** Fen in the address, yuan in its fields, both included. The few lists that have it bring its control, so that no other loads it. */
interface AmountsFilter {
  kind: 'amounts'
  control: Component
  title: string
  from: 'least_fen'
  to: 'most_fen'
}

export type Filter = TextFilter<string> | ChoiceFilter<string, string> | StationFilter | OperatorFilter | DaysFilter | AmountsFilter
export type Schema = readonly Filter[]

type ValuesOf<F> = F extends DaysFilter | AmountsFilter
  ? Record<F['from'] | F['to'], string | null>
  : F extends ChoiceFilter<infer N, infer V>
    ? Record<N, V | null>
    : F extends { name: infer N extends string }
      ? Record<N, string | null>
      : never
type Together<U> = (U extends unknown ? (part: U) => void : never) extends (whole: infer W) => void ? W : never

/** The values of a schema's filters by the API's names; null where nothing is chosen. */
export type Values<S extends Schema> = Together<ValuesOf<S[number]>>

export function text<const N extends string>(name: N, title: string, hint: string, most: number): TextFilter<N> {
  return { kind: 'text', name, title, hint, most }
}

/** One value of an enum; `except` are not offered, `more` are offered besides. */
export function choice<const N extends string, E extends EnumName, X extends EnumValue<E> = never, M extends object = object>(
  name: N,
  labels: E,
  told: { title: string; none: string; except?: readonly X[]; more?: M },
): ChoiceFilter<N, Exclude<EnumValue<E>, X> | (keyof M & string)> {
  type V = Exclude<EnumValue<E>, X> | (keyof M & string)
  const more = Object.entries((told.more ?? {}) as Record<string, string>).map(([value, label]) => ({ value, label }))
  const choices = [...more, ...options(labels, told.except)] as { value: V; label: string }[]
  return { kind: 'choice', name, title: told.title, none: told.none, choices }
}

/** One of these values, which are no enum of the domain's. */
export function oneOf<const N extends string, const V extends string>(
  name: N,
  told: { title: string; none: string; choices: readonly { value: V; label: string }[] },
): ChoiceFilter<N, V> {
  return { kind: 'choice', name, ...told }
}

export const station: StationFilter = { kind: 'station', name: 'station_no', title: '充电站' }

export const operator: OperatorFilter = { kind: 'operator', name: 'operator_no', title: '运营商' }

export function days(title: string): DaysFilter {
  return { kind: 'days', title, from: 'from_date', to: 'to_date' }
}

export function amounts(control: Component): AmountsFilter {
  return { kind: 'amounts', control: markRaw(control), title: '金额', from: 'least_fen', to: 'most_fen' }
}

/** What an address says of a schema's filters. */
export interface Reading<S extends Schema> {
  values: Values<S>
  /** What of the address is not applied, and why; whole sentences. */
  ignored: string[]
  /** Filters that rule each other out, so that there is nothing to ask for; empty where they agree. */
  conflict: string
}

export const PAGE_SIZES = [20, 50, 100] as const
export const LONGEST_NUMBER = 32

/** Names in an address that are no filters. */
const OWN_NAMES: readonly string[] = ['cursor', 'limit', 'tab']
const LONGEST_SHOWN = 20
const FEN = /^\d{1,9}$/

export function namesOf(filter: Filter): string[] {
  return filter.kind === 'days' || filter.kind === 'amounts' ? [filter.from, filter.to] : [filter.name]
}

export function readFilters<S extends Schema>(schema: S, query: LocationQuery): Reading<S> {
  const ignored: string[] = []
  const values: Record<string, string | null> = {}
  for (const filter of schema) {
    for (const name of namesOf(filter)) {
      const raw = query[name]
      const value = Array.isArray(raw) ? raw.join('、') : (raw ?? '')
      const problem = value === '' ? '' : Array.isArray(raw) ? '给了不止一个值' : problemOf(filter, value)
      values[name] = value === '' || problem ? null : value
      if (problem) ignored.push(`${titleOf(filter, name)}“${shorten(value)}”${problem}，没有按它筛选。`)
    }
  }
  const known = [...schema.flatMap(namesOf), ...OWN_NAMES]
  for (const name of Object.keys(query)) {
    if (!known.includes(name)) ignored.push(`地址中的“${shorten(name)}”不是这个列表的筛选条件，没有按它筛选。`)
  }
  if (query.limit && !PAGE_SIZES.some((size) => String(size) === query.limit)) {
    ignored.push(`每页条数只能是 ${PAGE_SIZES.join('、')}，没有按“${shorten(String(query.limit))}”显示。`)
  }
  return { values: values as Values<S>, ignored, conflict: conflictOf(schema, values) }
}

/** The name of one value for people. */
export function titleOf(filter: Filter, name: string): string {
  if (filter.kind === 'amounts') return name === filter.from ? '金额不低于' : '金额不高于'
  if (filter.kind !== 'days') return filter.title
  return name === filter.from ? '开始日期' : '结束日期'
}

/** What a chosen value reads like; names of stations and operators are known only to who asked for them. */
export function wordOf(filter: Filter, value: string): string {
  if (filter.kind === 'amounts') return formatFen(Number(value))
  if (filter.kind !== 'choice') return value
  return filter.choices.find((one) => one.value === value)?.label ?? value
}

function problemOf(filter: Filter, value: string): string {
  switch (filter.kind) {
    case 'text':
      return value.length > filter.most ? `超过 ${filter.most} 个字` : ''
    case 'station':
      return value.length > LONGEST_NUMBER ? '不是充电站编号' : ''
    case 'operator':
      return value.length > LONGEST_NUMBER ? '不是运营商代码' : ''
    case 'choice':
      return filter.choices.some((one) => one.value === value) ? '' : '不是可选的值'
    case 'days':
      return isDay(value) ? '' : '不是有效的日期'
    case 'amounts':
      return FEN.test(value) ? '' : '不是金额'
  }
}

function conflictOf(schema: Schema, values: Readonly<Record<string, string | null>>): string {
  for (const filter of schema) {
    if (filter.kind !== 'days') continue
    const [from, to] = [values[filter.from], values[filter.to]]
    if (from && to && from > to) return `开始日期 ${from} 晚于结束日期 ${to}`
  }
  return ''
}

function shorten(value: string): string {
  return value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}…` : value
}
