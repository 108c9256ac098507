/** How the reach of a member of staff is said. */

import type { StaffMember } from '@/api/types'

export function stationsWord(row: StaffMember): string {
  if (row.stations === null) return '全部'
  const [first] = row.stations
  if (!first) return '没有'
  return row.stations.length === 1 ? first.name : `${first.name} 等 ${row.stations.length} 座`
}
