/** What the browser keeps between visits. A browser that keeps nothing (private mode, full) is no error. */

const PREFIX = 'xinxiang.admin.'

export type SavedName = 'token' | 'account' | 'menu' | 'page_size'

export function readSaved(name: SavedName): string | null {
  try {
    return localStorage.getItem(PREFIX + name)
  } catch {
    return null
  }
}

/** `null` forgets it. */
export function save(name: SavedName, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name)
    else localStorage.setItem(PREFIX + name, value)
  } catch {
    // Kept for this visit only.
  }
}
