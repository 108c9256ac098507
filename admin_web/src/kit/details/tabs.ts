/** Parts of a page, and which one an address opens. */

export interface Tab {
  key: string
  title: string
}

/** The part an address asks for, or the first. */
export function openTab(tabs: readonly Tab[], asked: unknown): string {
  return (tabs.find(({ key }) => key === asked) ?? tabs[0])?.key ?? ''
}
