/** The form of a station, made once from the first answer: later ones must not take away what was typed. */

import { effectScope, onScopeDispose, watch, type ShallowRef } from 'vue'
import { useRouter } from 'vue-router'

import { createStation, editStation, getStation } from '@/api/stations'
import type { Division, Station, StationForm } from '@/api/types'
import { useForm } from '@/kit/forms/useForm'
import type { Load } from '@/kit/useLoad'

import { aliases, checks, emptyValues, factsOf, valuesOf, wordsFor, type StationEntry } from './station_form'

interface Loaded {
  told: StationForm
  divisions: readonly Division[]
  /** Left out: a new one. */
  station?: Station
}

export function useStationForm(load: Load<Loaded>, form: ShallowRef<StationEntry | null>): void {
  const router = useRouter()
  const scope = effectScope()
  onScopeDispose(() => scope.stop())

  function show(stationNo: string): void {
    void router.push({ name: 'station', params: { stationNo }, query: { tab: 'about' } })
  }

  function make({ told, divisions, station }: Loaded): StationEntry {
    if (!station) {
      return useForm({
        initial: () => emptyValues(told),
        checks,
        aliases,
        save: (key, values) => createStation(factsOf(values), values.operator_no || null, key),
        done: '已建站',
        then: ({ station_no: stationNo }) => show(stationNo),
      })
    }
    const stationNo = station.station.station_no
    return useForm({
      initial: () => valuesOf(station),
      checks,
      aliases,
      save: (_, values) => editStation(stationNo, values.row_version, factsOf(values)),
      done: '已保存',
      then: () => show(stationNo),
      conflict: {
        reload: async () => valuesOf(await getStation(stationNo, AbortSignal.timeout(15_000))),
        words: wordsFor(told, divisions),
      },
    })
  }

  watch(
    load.data,
    (data) => {
      if (data && !form.value) scope.run(() => (form.value = make(data)))
    },
    { immediate: true },
  )
}
