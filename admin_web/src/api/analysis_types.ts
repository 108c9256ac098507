export interface Sums {
  charges: number
  energy_wh: number
  electricity_fen: number
  service_fen: number
  idle_fen: number
  total_fen: number
  duration_s: number
}
interface Counted {
  as_of: string
  is_behind: boolean
}
export interface TrendPoint {
  start: string
  hour: number | null
  sums: Sums | null
  available_s: number
}
export interface Trend extends Counted {
  points: TrendPoint[]
  total: Sums
  available_s: number
  compared: { from_date: string; to_date: string; points: TrendPoint[]; total: Sums; available_s: number } | null
}
export interface RegionRow {
  division: string
  name: string
  station_no: string | null
  lat_e6: number | null
  lng_e6: number | null
  stations: number
  connectors: number
  sums: Sums
  available_s: number
  compared: Sums | null
}
export interface Regions extends Counted {
  level: 'province' | 'city' | 'district' | 'station'
  rows: RegionRow[]
  others: Sums | null
}
export interface Hours extends Counted {
  cells: { weekday: number; hour: number; sums: Sums }[]
  days: Record<string, number>
  profile: { hour: number; workday: Sums; day_off: Sums }[]
  workdays: number
  days_off: number
}
export interface PileRank {
  pile_no: string
  connector_no: string | null
  station_no: string
  station_name: string
  pile_kind: 'dc' | 'ac'
  sums: Sums
  available_s: number
  failed_starts: number
}
export interface PileRanks extends Counted {
  rows: PileRank[]
  count: number
}
export interface BandRow {
  rate_band: string
  energy_wh: number
  electricity_fen: number
  service_fen: number
  compared: { energy_wh: number; electricity_fen: number; service_fen: number } | null
}
export interface Bands extends Counted {
  rows: BandRow[]
}
export interface Failures extends Counted {
  reasons: { reason: string; count: number; compared: number | null }[]
  stations: { station_no: string; name: string; failed: number; started: number }[]
  piles: { pile_no: string; station_no: string; station_name: string; failed: number; started: number }[]
  started: number
  failed: number
}
export interface DriverPoints extends Counted {
  points: { start: string; first_charges: number; later_charges: number }[]
  total: { first_charges: number; later_charges: number }
}
export interface Ways extends Counted {
  rows: { way: string; charges: number; total_fen: number; compared: { charges: number; total_fen: number } | null }[]
}
