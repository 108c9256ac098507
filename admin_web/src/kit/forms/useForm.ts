/** What somebody fills in: its values, what is wrong at which field (before and after the server saw it), and saving it once. */

import { computed, reactive, shallowRef, type ComputedRef, type Ref } from 'vue'

import { guardLeaving } from '@/state/leaving'

import { useMutation } from '../useMutation'

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
  set<K extends keyof V & string>(name: K, value: V[K]): void
  /** True when it was saved. */
  submit(): Promise<boolean>
  reset(): void
}

interface Told<V extends object, T> {
  initial: () => V
  checks?: { [K in keyof V]?: readonly Check<V, V[K]>[] }
  /** `key` makes a repeated try harmless. */
  save: (key: string, values: V) => Promise<T>
  done: string
  then?: (answer: T) => unknown
}

export function useForm<V extends object, T>(told: Told<V, T>): Form<V> {
  const values = reactive(told.initial()) as V
  const clean = shallowRef(JSON.stringify(values))
  const problems = reactive({}) as Partial<Record<keyof V & string, string>>
  const refusals = shallowRef(0)
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
    if (check() && (await saving.run(JSON.parse(JSON.stringify(values)) as V))) return true
    const wrong = fieldOfServer()
    if (wrong) problems[wrong.name] = wrong.reason
    refusals.value += 1
    return false
  }

  /** The server names a field by its path in the body. */
  function fieldOfServer(): { name: keyof V & string; reason: string } | null {
    const told = saving.error.value?.field
    const name = names.find((one) => one === told?.name.split(/[.[]/)[0])
    return name && told ? { name, reason: told.reason } : null
  }

  return {
    values,
    problems,
    problem: computed(() => (fieldOfServer() ? '' : saving.problem.value)),
    isBusy: saving.isBusy,
    isDirty,
    refusals,
    set: (name, value) => {
      values[name] = value
      delete problems[name]
    },
    submit,
    reset: () => {
      Object.assign(values, told.initial())
      clean.value = JSON.stringify(values)
      for (const name of names) delete problems[name]
      saving.reset()
    },
  }
}

export function required<V>(sentence: string): Check<V, string | number | null> {
  return (value) => (value === null || String(value).trim() === '' ? sentence : '')
}

export function atMost<V>(letters: number): Check<V, string> {
  return (value) => (value.length > letters ? `不能超过 ${letters} 个字` : '')
}
