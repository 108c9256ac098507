/** Positions as people paste them, and between the three systems of coordinates that maps in China speak. */

import gcoord from 'gcoord'

/** Degrees. */
export interface Position {
  lat: number
  lng: number
}

export type System = 'gcj02' | 'wgs84' | 'bd09'

/** How people know them. */
export const SYSTEMS: readonly { value: System; label: string }[] = [
  { value: 'gcj02', label: '高德、腾讯（GCJ-02）' },
  { value: 'wgs84', label: 'GPS（WGS-84）' },
  { value: 'bd09', label: '百度（BD-09）' },
]

const CRS = { gcj02: gcoord.GCJ02, wgs84: gcoord.WGS84, bd09: gcoord.BD09 } as const
const E6 = 1_000_000
const NUMBER = /-?\d+(?:\.\d+)?/g

/** China's latitudes and longitudes share no value, so whichever comes first is known by its size. */
const LEAST_LNG = 73
const MOST_LNG = 136
const LEAST_LAT = 3
const MOST_LAT = 54

/** `120.1551, 30.2741` or the other way round; null for what is no place in China. */
export function readPosition(pasted: string): Position | null {
  const [one, other, ...more] = (pasted.normalize('NFKC').match(NUMBER) ?? []).map(Number)
  if (one === undefined || other === undefined || more.length > 0) return null
  return placed(one, other) ?? placed(other, one)
}

function placed(lat: number, lng: number): Position | null {
  const isInside = lat >= LEAST_LAT && lat <= MOST_LAT && lng >= LEAST_LNG && lng <= MOST_LNG
  return isInside ? { lat, lng } : null
}

/** The same place in another system, to a millionth of a degree. */
export function convert({ lat, lng }: Position, from: System, to: System): Position {
  const [x, y] = from === to ? [lng, lat] : gcoord.transform([lng, lat], CRS[from], CRS[to])
  return { lat: rounded(y), lng: rounded(x) }
}

export function toE6(degrees: number): number {
  return Math.round(degrees * E6)
}

function rounded(degrees: number): number {
  return Math.round(degrees * E6) / E6
}
