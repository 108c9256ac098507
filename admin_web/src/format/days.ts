/** Arithmetic with local days as `2026-11-01`: no instants, no zones. */

const DAY_MS = 86_400_000
const WEEK = 7

export function addDays(day: string, count: number): string {
  return dayOf(instantOf(day) + count * DAY_MS)
}

/** How many days from one to the other, both included. */
export function countDays(from: string, to: string): number {
  return Math.round((instantOf(to) - instantOf(from)) / DAY_MS) + 1
}

/** The first day of the month that is so many months later. */
export function monthStart(day: string, later = 0): string {
  const [year = 0, month = 1] = day.split('-').map(Number)
  return dayOf(Date.UTC(year, month - 1 + later, 1))
}

export function monthEnd(day: string): string {
  return addDays(monthStart(day, 1), -1)
}

/** The same day so many years later; 28 February for the 29th where there is none. */
export function addYears(day: string, count: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const first = dayOf(Date.UTC(year + count, month - 1, 1))
  const last = Number(monthEnd(first).slice(-2))
  return addDays(first, Math.min(date, last) - 1)
}

/** 1 is Monday. */
export function weekdayOf(day: string): number {
  return new Date(instantOf(day)).getUTCDay() || WEEK
}

const WEEKDAYS = ['周一', '周二', '周三', '周四', '周五', '周六', '周日'] as const

export function weekdayWord(weekday: number): string {
  return WEEKDAYS[weekday - 1] ?? ''
}

function instantOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`)
}

function dayOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10)
}
