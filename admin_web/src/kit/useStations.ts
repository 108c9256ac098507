/** The stations a filter offers, found by a part of their name. */

import { shallowRef, type ShallowRef } from 'vue'

import { ApiError } from '@/api/errors'
import { listStations } from '@/api/stations'

const MOST = 50

export interface StationChoices {
  choices: ShallowRef<readonly { value: string; label: string }[]>
  search: (text: string) => Promise<void>
}

export function useStations(): StationChoices {
  const choices = shallowRef<readonly { value: string; label: string }[]>([])
  let current = new AbortController()

  async function search(text: string): Promise<void> {
    current.abort()
    const mine = (current = new AbortController())
    try {
      const page = await listStations({ limit: MOST, q: text.trim() || null }, mine.signal)
      choices.value = page.stations.map((row) => ({ value: row.station_no, label: row.name }))
    } catch (reason) {
      // The list itself tells what is wrong; a filter without choices still filters by what the address says.
      if (!(reason instanceof ApiError) && !mine.signal.aborted) throw reason
    }
  }

  return { choices, search }
}
