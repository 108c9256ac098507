/** The little that a text of an agreement may be besides lines: `# ` opens a heading, `- ` an item. Never HTML. */

export interface Block {
  kind: 'heading' | 'item' | 'line'
  text: string
}

export function blocksOf(text: string): Block[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      if (/^#{1,3} /.test(line)) return { kind: 'heading', text: line.replace(/^#+ /, '') }
      if (line.startsWith('- ')) return { kind: 'item', text: line.slice(2) }
      return { kind: 'line', text: line }
    })
}

/** A line of either version: in both, only in the new one, or only in the one before. */
export interface Change {
  kind: 'same' | 'new' | 'gone'
  text: string
}

const LONGEST_COMPARED = 2_000

/** Line by line what is new and what is gone; null where the texts are too long to compare. */
export function changesOf(before: string, after: string): Change[] | null {
  const [old, now] = [before, after].map((text) => text.split(/\r?\n/).map((line) => line.trim()).filter(Boolean)) as [
    string[],
    string[],
  ]
  if (old.length * now.length > LONGEST_COMPARED ** 2) return null
  // how many lines the rests have in common, from each pair of places on
  const common = old.map(() => new Uint16Array(now.length + 1))
  common.push(new Uint16Array(now.length + 1))
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      const row = common[i]
      if (row) row[j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const found: Change[] = []
  let [i, j] = [0, 0]
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      found.push({ kind: 'same', text: old[i] ?? '' })
      i += 1
      j += 1
    } else if (j >= now.length || (i < old.length && at(i + 1, j) >= at(i, j + 1))) {
      found.push({ kind: 'gone', text: old[i] ?? '' })
      i += 1
    } else {
      found.push({ kind: 'new', text: now[j] ?? '' })
      j += 1
    }
  }
  return found
}
