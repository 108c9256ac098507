/** Times of day as people type them, on a clock of 24 hours. */

const DAY = 1440
const CLOCK = /^(?:([01]?\d|2[0-3]):?([0-5]\d)|(24):?(00)|(\d|1\d|2[0-4]))$/

/** Written out, once it can be read. */
export function tidyClock(typed: string): string {
  const minute = minuteOf(typed)
  return minute === null ? typed : clockOf(minute)
}

/** `8`, `830`, `8:30` and full-width digits are taken; 24:00 is the end of the day. */
export function minuteOf(typed: string): number | null {
  const found = CLOCK.exec(typed.normalize('NFKC').trim())
  if (!found) return null
  return Number(found[1] ?? found[3] ?? found[5]) * 60 + Number(found[2] ?? 0)
}

/** `08:30`; what is beyond midnight is of the next day. */
export function clockOf(minute: number): string {
  const within = minute > DAY ? minute - DAY : minute
  return `${String(Math.floor(within / 60)).padStart(2, '0')}:${String(within % 60).padStart(2, '0')}`
}
