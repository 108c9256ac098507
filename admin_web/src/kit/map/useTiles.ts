/** What maps are drawn from, for whoever may ask; for others a plain grid. */

import { shallowRef, type ShallowRef } from 'vue'

import { ApiError } from '@/api/errors'
import { getStationForm } from '@/api/stations'
import type { StationForm } from '@/api/types'
import { can } from '@/state/staff'

import type { MapTiles } from './places'

const LIMIT_MS = 15_000

/** `tiles` is null until it is known what to draw from. */
export function useTiles(): { tiles: ShallowRef<MapTiles | null>; form: ShallowRef<StationForm | null> } {
  const tiles = shallowRef<MapTiles | null>(null)
  const form = shallowRef<StationForm | null>(null)
  void ask()

  async function ask(): Promise<void> {
    try {
      if (can('station.edit')) form.value = await getStationForm(AbortSignal.timeout(LIMIT_MS))
    } catch (reason) {
      if (!(reason instanceof ApiError)) throw reason // the grid stays
    }
    const told = form.value
    tiles.value = { url: told?.tiles_url ?? '', system: told?.tiles_system ?? 'gcj02', attribution: told?.tiles_attribution ?? '' }
  }

  return { tiles, form }
}
