/**
 * Where a map begins that has no point yet: at the stations one knows in the chosen district, city or province, else at the
 * province as a whole. No package keeps the middle of each district; a map must not pretend to know it.
 */

import type { Position } from '@/format/position'

import { PROVINCES } from './provinces'

export interface Start {
  /** All of them are to be in sight. */
  around: readonly Position[]
  /** No closer than that. */
  zoom: number
  /** What one looks at, as a sentence. */
  told: string
  /** There is something to find one's way by, even on a plain grid. */
  isByStations: boolean
}

interface Known extends Position {
  division_code: string
}

const STEPS = [
  { digits: 6, zoom: 14, told: '地图从同区县的充电站开始' },
  { digits: 4, zoom: 12, told: '地图从同城市的充电站开始' },
  { digits: 2, zoom: 9, told: '地图从同省的充电站开始' },
] as const
const OF_PROVINCE = 2
const PROVINCE_ZOOM = 8

/** Null for a code that is not chosen yet. */
export function startOf(divisionCode: string, known: readonly Known[]): Start | null {
  if (!divisionCode) return null
  for (const { digits, zoom, told } of STEPS) {
    const around = known.filter((one) => one.division_code.slice(0, digits) === divisionCode.slice(0, digits))
    if (around.length > 0) return { around, zoom, told, isByStations: true }
  }
  const capital = PROVINCES[divisionCode.slice(0, OF_PROVINCE)]
  if (!capital) return null
  const [lat, lng, name] = capital
  return { around: [{ lat, lng }], zoom: PROVINCE_ZOOM, told: `地图从${name}一带开始`, isByStations: false }
}
