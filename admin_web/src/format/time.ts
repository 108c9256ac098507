/** Times in the platform's zone, durations, and half-hour slots. The API gives UTC instants in ISO 8601. */

const ZONE = 'Asia/Shanghai'
const DASH = '—'

const parts = new Intl.DateTimeFormat('zh-CN', {
  timeZone: ZONE,
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})

/** `2026-11-23 11:05:09`. */
export function formatTime(at: string | null | undefined): string {
  if (!at) return DASH
  const { year, month, day, hour, minute, second } = split(new Date(at))
  return `${year}-${month}-${day} ${hour}:${minute}:${second}`
}

/** `11:05:09`. */
export function formatClock(at: string | Date): string {
  const { hour, minute, second } = split(new Date(at))
  return `${hour}:${minute}:${second}`
}

/** The local day of an instant, `2026-11-23`. */
export function localDate(at: Date): string {
  const { year, month, day } = split(at)
  return `${year}-${month}-${day}`
}

/**
 * The day somebody typed, as `2026-11-01`: with dashes, slashes, dots or 年月日, without anything between, or without the
 * year, which is then `now`'s. Null where it is no day.
 */
export function parseDay(text: string, now: Date): string | null {
  const bare = text.trim().replace(/[日号]$/, '').replace(/[年月/.]/g, '-')
  const found =
    /^(\d{4})(\d{2})(\d{2})$/.exec(bare) ?? /^(?:(\d{4})-)?(\d{1,2})-(\d{1,2})$/.exec(bare)
  if (!found) return null
  const [, year = localDate(now).slice(0, 4), month = '', day = ''] = found
  const whole = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  return isDay(whole) ? whole : null
}

/** Whether `2026-11-01` is a day of the calendar. */
export function isDay(text: string): boolean {
  const at = new Date(`${text}T00:00:00Z`)
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)
}

/** `1小时23分`; the two largest units that are not nothing. */
export function formatDuration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return DASH
  const whole = Math.max(0, Math.floor(seconds))
  const units: [number, string][] = [
    [Math.floor(whole / 86_400), '天'],
    [Math.floor(whole / 3600) % 24, '小时'],
    [Math.floor(whole / 60) % 60, '分'],
    [whole % 60, '秒'],
  ]
  const first = units.findIndex(([count]) => count > 0)
  if (first < 0) return '0秒'
  return units
    .slice(first, first + 2)
    .filter(([count], index) => index === 0 || count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join('')
}

/** `刚刚`, `35 秒前`, `2 分钟前`, `3 小时前`, then the day. */
export function formatAgo(at: string | null | undefined, nowMs: number): string {
  if (!at) return DASH
  const seconds = Math.floor((nowMs - Date.parse(at)) / 1000)
  if (seconds < 5) return '刚刚'
  if (seconds < 60) return `${seconds} 秒前`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} 分钟前`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} 小时前`
  return formatTime(at).slice(0, 10)
}

/** Half-hours [start, end) of a day as `08:00–09:30`. */
export function formatSlots(start: number, end: number): string {
  return `${slot(start)}–${slot(end)}`
}

function slot(index: number): string {
  return `${String(Math.floor(index / 2)).padStart(2, '0')}:${index % 2 ? '30' : '00'}`
}

function split(at: Date): Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', string> {
  const found = Object.fromEntries(parts.formatToParts(at).map(({ type, value }) => [type, value]))
  return found as ReturnType<typeof split>
}
