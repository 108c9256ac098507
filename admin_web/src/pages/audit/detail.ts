/** An entry of the audit log in words: what was done to what, and the fields of its detail. */

import { formatFen } from '@/format/money'
import { labels } from '@/labels/generated'

import { ACTIONS, ENUMS, FIELDS, OBJECTS, UNFIT } from './words'

/** One fact of an entry: before and after where it was changed, else only `after`. */
export interface Fact {
  field: string
  before: string | null
  after: string | null
}

export interface Told {
  facts: Fact[]
  reason: string
  /** What could not be read, as it was written. */
  raw: string
}

export function actionWord(action: string): string {
  return ACTIONS[action] ?? UNFIT[action.split('.', 2).join('.')] ?? action
}

export function objectWord(kind: string): string {
  return OBJECTS[kind] ?? kind
}

export function fieldWord(field: string): string {
  const policy: Readonly<Record<string, string>> = labels.PolicyName
  return FIELDS[field] ?? policy[field] ?? field
}

/** What a detail says; whatever it is, something can be shown. */
export function readDetail(detail: string): Told {
  let parsed: unknown
  try {
    parsed = JSON.parse(detail || '{}')
  } catch {
    return { facts: [], reason: '', raw: detail }
  }
  if (!isObject(parsed)) return { facts: [], reason: '', raw: detail }
  const { before, after, reason, ...rest } = parsed
  const facts: Fact[] = []
  const [old, now] = [isObject(before) ? before : {}, isObject(after) ? after : {}]
  for (const field of new Set([...Object.keys(old), ...Object.keys(now)])) {
    facts.push({ field, before: field in old ? valueWord(field, old[field]) : null, after: field in now ? valueWord(field, now[field]) : null })
  }
  for (const [field, value] of Object.entries({ ...rest, ...(isObject(before) ? {} : { before }), ...(isObject(after) ? {} : { after }) })) {
    if (value === undefined) continue
    const pair = pairOf(value)
    facts.push(pair === null ? { field, before: null, after: valueWord(field, value) } : { field, before: valueWord(field, pair[0]), after: valueWord(field, pair[1]) })
  }
  return { facts, reason: typeof reason === 'string' ? reason : reason === undefined ? '' : valueWord('reason', reason), raw: '' }
}

/** One line of what an entry says, for its row. */
export function summaryOf(detail: string): string {
  const { facts, reason, raw } = readDetail(detail)
  if (raw) return raw
  const told = facts.map(({ field, before, after }) => `${fieldWord(field)} ${before === null ? '' : `${before} → `}${after ?? '—'}`)
  return [...told, ...(reason ? [`原因：${reason}`] : [])].join('；')
}

function valueWord(field: string, value: unknown): string {
  if (value === null || value === undefined || value === '') return '（空）'
  if (typeof value === 'boolean') return value ? '是' : '否'
  if (typeof value === 'number') return field.endsWith('_fen') ? formatFen(value) : field.endsWith('_s') ? `${value} 秒` : String(value)
  if (Array.isArray(value)) return value.map((one) => valueWord(field, one)).join('、') || '（空）'
  if (typeof value === 'object') return JSON.stringify(value)
  return typeof value === 'string' ? enumWord(value) : ''
}

function enumWord(value: string): string {
  for (const name of ENUMS) {
    const words: Readonly<Record<string, string>> = labels[name]
    const word = words[value]
    if (word !== undefined) return word
  }
  return value
}

/** `{before, after}` or `[before, after]` of one field, as some entries are written. */
function pairOf(value: unknown): [unknown, unknown] | null {
  if (isObject(value) && Object.keys(value).length === 2 && 'before' in value && 'after' in value) return [value.before, value.after]
  return null
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
