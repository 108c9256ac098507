/** What somebody fills in: its values, what is wrong at which field (before and after the server saw it), and saving it once. */

import { computed, reactive, shallowRef, type ComputedRef, type Ref } from 'vue'

import { ApiError } from '@/api/errors'
import { guardLeaving } from '@/state/leaving'

import { useMutation } from '../useMutation'
import { differences, type Conflict, type Told as ToldConflict } from './conflict'

const ROW_CHANGED = 'row_changed'

/** What is wrong with a value, as a sentence; empty where nothing is. */
export type Check<V, T> = (value: T, values: V) => string

export interface Form<V extends object> {
  values: V
  /** By field; those of the server too, until the field is changed. */
  problems: Partial<Record<keyof V & string, string>>
  /** What is wrong with none of the fields. */
  problem: ComputedRef<string>
  isBusy: Readonly<Ref<boolean>>
  isDirty: ComputedRef<boolean>
  /** Counts refused tries: the form then leads to its first wrong field. */
  refusals: Readonly<Ref<number>>
  /** Somebody else saved meanwhile: both versions, until it is said which to keep. */
  conflict: Readonly<Ref<Conflict<V> | null>>
  set<K extends keyof V & string>(name: K, value: V[K]): void
  /** True when it was saved. */
  submit(): Promise<boolean>
  /** Go on from what is saved now, with these fields as they were typed. */
  settle(mine: readonly (keyof V & string)[]): void
  /** Shut the question without an answer; what was typed stays. */
  postpone(): void
  reset(): void
  /** These are the values now, and nothing of them is unsaved: the page goes on after it saved. */
  begin(values: V): void
}

interface Told<V extends object, T> {
  initial: () => V
  checks?: { [K in keyof V]?: readonly Check<V, V[K]>[] }
  /** `key` makes a repeated try harmless. */
  save: (key: string, values: V) => Promise<T>
  done: string
  then?: (answer: T) => unknown
  /** Fields that the server calls otherwise: its name → ours. */
  aliases?: Readonly<Record<string, keyof V & string>>
  /** How a 409 `row_changed` is shown; the version is one of the values, and has no words. */
  conflict?: ToldConflict<V>
}

export function useForm<V extends object, T>(told: Told<V, T>): Form<V> {
  const values = reactive(told.initial()) as V
  const clean = shallowRef(JSON.stringify(values))
  const problems = reactive({}) as Partial<Record<keyof V & string, string>>
  const refusals = shallowRef(0)
  const conflict = shallowRef<Conflict<V> | null>(null)
  const names = Object.keys(values) as (keyof V & string)[]
  const isDirty = computed(() => JSON.stringify(values) !== clean.value)
  const saving = useMutation<T, [V]>({
    ask: told.save,
    done: told.done,
    then: (answer) => {
      clean.value = JSON.stringify(values)
      return told.then?.(answer)
    },
  })
  guardLeaving(() => isDirty.value)

  function check(): boolean {
    for (const name of names) {
      const found = told.checks?.[name]?.map((one) => one(values[name], values)).find(Boolean)
      if (found) problems[name] = found
      else delete problems[name]
    }
    return names.every((name) => !problems[name])
  }

  async function submit(): Promise<boolean> {
    if (check() && (await saving.run(copyOf(values)))) return true
    if (saving.error.value?.code === ROW_CHANGED && told.conflict) {
      return (await isSavedAlready(told.conflict)) && saving.run(copyOf(values))
    }
    const wrong = fieldOfServer()
    if (wrong) problems[wrong.name] = wrong.reason
    refusals.value += 1
    return false
  }

  /** Whether what is saved says what was typed, as after a try whose answer was lost; else both are shown. */
  async function isSavedAlready(toldConflict: ToldConflict<V>): Promise<boolean> {
    try {
      const saved = await toldConflict.reload()
      conflict.value = { saved, rows: differences(toldConflict.words, JSON.parse(clean.value) as V, values, saved) }
      if (conflict.value.rows.length > 0) return false
      // only the version has moved on: saved once more with it, the page ends as it always does
      settle([])
      return true
    } catch (reason) {
      if (!(reason instanceof ApiError)) throw reason
      // what is saved cannot be shown now; the sentence above the buttons says what happened
      return false
    }
  }

  function settle(mine: readonly (keyof V & string)[]): void {
    const saved = conflict.value?.saved
    if (!saved) return
    const typed = copyOf(values)
    Object.assign(values, copyOf(saved))
    for (const name of mine) values[name] = typed[name]
    clean.value = JSON.stringify(saved)
    conflict.value = null
    saving.reset()
  }

  /** The server names a field by its path in the body: the first step that is one of ours. */
  function fieldOfServer(): { name: keyof V & string; reason: string } | null {
    const field = saving.error.value?.field
    const steps = field?.name.split(/[.[\]]+/).map((step) => told.aliases?.[step] ?? step) ?? []
    const name = steps.map((step) => names.find((one) => one === step)).find(Boolean)
    return name && field ? { name, reason: field.reason } : null
  }

  return {
    values,
    problems,
    problem: computed(() => (fieldOfServer() ? '' : saving.problem.value)),
    isBusy: saving.isBusy,
    isDirty,
    refusals,
    conflict,
    set: (name, value) => {
      values[name] = value
      delete problems[name]
    },
    submit,
    settle,
    postpone: () => {
      conflict.value = null
    },
    begin: (next) => {
      Object.assign(values, copyOf(next))
      clean.value = JSON.stringify(values)
    },
    reset: () => {
      Object.assign(values, told.initial())
      clean.value = JSON.stringify(values)
      for (const name of names) delete problems[name]
      saving.reset()
    },
  }
}

function copyOf<V>(values: V): V {
  return JSON.parse(JSON.stringify(values)) as V
}
