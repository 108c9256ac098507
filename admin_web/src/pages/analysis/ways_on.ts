/** From a figure to the rows that make it: only with what the list there can be filtered by. */

import type { RouteLocationRaw } from 'vue-router'

import { can } from '@/state/staff'

import type { View } from './filter'
import type { Span } from './spans'

/** The orders that ended in these days, of the chosen station or of this one. */
export function ordersOf(view: View, span: Span = view.span, stationNo: string | null = view.stationNo): RouteLocationRaw | undefined {
  if (!can('order.read')) return undefined
  return { name: 'orders', query: { from_date: span.from, to_date: span.to, ...(stationNo ? { station_no: stationNo } : {}) } }
}

/** Where all movements are listed, the charges that ended in one hour of a weekday. */
export function hourOf(view: View, { weekday, hour }: { weekday: number; hour: number }): RouteLocationRaw | undefined {
  if (!can('order.read')) return undefined
  const days = { from_date: view.span.from, to_date: view.span.to }
  const place = view.stationNo ? { station_no: view.stationNo } : {}
  return { name: 'movements', query: { kind: 'charge', ...days, weekday: String(weekday), hour: String(hour), ...place } }
}

/** The starts of these days that failed, for this reason where there is one, at the chosen station or at this one. */
export function failedStartsOf(view: View, { reason, stationNo }: { reason?: string; stationNo?: string } = {}): RouteLocationRaw | undefined {
  if (!can('order.read')) return undefined
  const station = stationNo ?? view.stationNo
  const days = { from_date: view.span.from, to_date: view.span.to }
  return { name: 'sessions', query: { state: 'failed', ...days, ...(reason ? { failure_reason: reason } : {}), ...(station ? { station_no: station } : {}) } }
}

/** The charges of one pile in these days. */
export function chargesOf(view: View, pileNo: string): RouteLocationRaw | undefined {
  if (!can('order.read')) return pileOf(pileNo)
  return { name: 'movements', query: { kind: 'charge', from_date: view.span.from, to_date: view.span.to, pile_no: pileNo } }
}

export function pileOf(pileNo: string): RouteLocationRaw | undefined {
  return can('pile.read') ? { name: 'pile', params: { pileNo } } : undefined
}

export function stationOf(stationNo: string): RouteLocationRaw | undefined {
  return can('station.read') ? { name: 'station', params: { stationNo } } : undefined
}

/** What of the filter a list does not know, as a sentence; empty where it knows all of it. */
export function unknownTo(list: '订单' | '充电过程', view: View): string {
  const unknown = [
    view.division && !view.stationNo ? '地区' : '',
    view.operatorNo && !view.stationNo ? '运营商' : '',
    view.pileKind ? '桩类型' : '',
  ].filter(Boolean)
  return unknown.length > 0 ? `；${list}列表不能按${unknown.join('、')}筛选，点开后看到的会更多` : ''
}
