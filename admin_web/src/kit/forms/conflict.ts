/** Two people edited one thing: which fields differ, who changed them, and how each is shown. */

/** How a field is called and its value read; a field without words is never asked about. */
export type Words<V extends object> = { readonly [K in keyof V]?: { title: string; show?: (value: V[K]) => string } }

export interface Told<V extends object> {
  /** What is saved now, its version included. Throws ApiError. */
  reload: () => Promise<V>
  words: Words<V>
}

export interface Difference<V extends object> {
  name: keyof V & string
  title: string
  mine: string
  saved: string
  /** False: only the other changed it. */
  isMineChanged: boolean
  /** False: only I changed it. */
  isSavedChanged: boolean
}

export interface Conflict<V extends object> {
  saved: V
  rows: readonly Difference<V>[]
}

const NOTHING = '（空）'

/** `before` is what both began with. */
export function differences<V extends object>(words: Words<V>, before: V, mine: V, saved: V): Difference<V>[] {
  const names = Object.keys(words) as (keyof V & string)[]
  return names
    .filter((name) => !isSame(mine[name], saved[name]))
    .map((name) => ({
      name,
      title: words[name]?.title ?? name,
      mine: shown(words, name, mine),
      saved: shown(words, name, saved),
      isMineChanged: !isSame(mine[name], before[name]),
      isSavedChanged: !isSame(saved[name], before[name]),
    }))
}

function shown<V extends object>(words: Words<V>, name: keyof V & string, values: V): string {
  const show = words[name]?.show
  const value = values[name]
  return (show ? show(value) : String(value ?? '')) || NOTHING
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
