/** Whether a pile is heard, in a word. One that has never been is not late, and not gone. */

import type { Pile } from '@/api/types'
import { label } from '@/labels'

export const NEVER_ON_LINE = label('DeskGroup', 'never_on_line')

export function isNew(pile: Pick<Pile, 'is_online' | 'last_seen_at'>): boolean {
  return !pile.is_online && pile.last_seen_at === null
}

export function onlineWord(pile: Pick<Pile, 'is_online' | 'last_seen_at'>): string {
  if (isNew(pile)) return NEVER_ON_LINE
  return pile.is_online ? '在线' : '离线'
}
