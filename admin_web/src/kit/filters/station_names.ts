/** Stations by number: those a filter offers, found by a part of their name, and the one an address names. */

import { shallowReactive, shallowRef, watch, type ShallowRef } from 'vue'

import { ApiError } from '@/api/errors'
import { getStation, listStations } from '@/api/stations'
import { can, staff } from '@/state/staff'

const MOST = 50
const NOT_FOUND = 404

/** Number → name; null where there is none that this member of staff may see. */
const names = shallowReactive(new Map<string, string | null>())
const asked = new Set<string>()

// Somebody else may see other stations.
watch(
  () => staff.logIns,
  () => {
    names.clear()
    asked.clear()
  },
)

/** The name once it is known; null for a station that is not there. Asks once. */
export function stationName(stationNo: string): string | null | undefined {
  if (!names.has(stationNo) && !asked.has(stationNo) && can('station.read')) {
    asked.add(stationNo)
    void ask(stationNo)
  }
  return names.get(stationNo)
}

async function ask(stationNo: string): Promise<void> {
  try {
    const { station } = await getStation(stationNo, new AbortController().signal)
    names.set(stationNo, station.name)
  } catch (reason) {
    if (!(reason instanceof ApiError)) throw reason
    if (reason.status === NOT_FOUND) names.set(stationNo, null)
    // Otherwise the list itself tells what is wrong; the number is shown in the name's place.
  }
}

/** The stations to choose from, of one operator where `operatorNo` says so, and how to look for others. */
export function useStationChoices(operatorNo: () => string | null = () => null): { found: ShallowRef<readonly string[]>; search: (text: string) => Promise<void> } {
  const found = shallowRef<readonly string[]>([])
  let current = new AbortController()

  async function search(text: string): Promise<void> {
    current.abort()
    const mine = (current = new AbortController())
    try {
      const page = await listStations({ limit: MOST, q: text.trim() || null, operator_no: operatorNo() }, mine.signal)
      for (const row of page.stations) names.set(row.station_no, row.name)
      found.value = page.stations.map((row) => row.station_no)
    } catch (reason) {
      // The list itself tells what is wrong; a filter without choices still filters by what the address says.
      if (!(reason instanceof ApiError) && !mine.signal.aborted) throw reason
    }
  }

  return { found, search }
}
