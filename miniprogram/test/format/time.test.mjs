import { expect, test } from 'vitest'
import { source } from '../source.mjs'

const time = source('format/time.js')
const NOON = time.toMs('2026-11-23T04:00:00Z')

test('microseconds of the API are read to the millisecond', () => {
  expect(time.toMs('2026-11-23T03:04:30.761999Z')).toBe(Date.UTC(2026, 10, 23, 3, 4, 30, 761))
})

test('anything but a UTC time is refused loudly', () => {
  expect(() => time.toMs('2026-11-23 03:04:30')).toThrow('not a UTC time')
})

test('times are those of Shanghai, also across midnight', () => {
  expect(time.dateTime('2026-12-31T16:00:01Z')).toBe('2027-01-01 00:00:01')
  expect(time.month('2026-12-31T16:00:01Z')).toBe('2027年1月')
  expect(time.dayTime('2026-11-23T09:05:00Z')).toBe('11月23日 17:05')
})

test('a price that holds past midnight says which day', () => {
  expect(time.untilText('2026-11-23T09:00:00Z', NOON)).toBe('17:00')
  expect(time.untilText('2026-11-23T16:00:00Z', NOON)).toBe('明日 00:00')
})

test('durations read as people say them', () => {
  expect([48, 60, 2160, 3600, 4980].map(time.duration)).toEqual(['48秒', '1分钟', '36分钟', '1小时', '1小时23分'])
})

test('the running clock passes an hour', () => {
  expect([0, 425, 3661].map(time.stopwatch)).toEqual(['00:00:00', '00:07:05', '01:01:01'])
})

test('age is told in the largest unit that fits', () => {
  const ages = [5, 300, 7200, 259200].map((seconds) => time.agoMs(NOON - seconds * 1000, NOON))
  expect(ages).toEqual(['刚刚', '5分钟前', '2小时前', '3天前'])
})

test('half-hours of the day become times and the present becomes a half-hour', () => {
  expect([0, 17, 48].map(time.slotTime)).toEqual(['00:00', '08:30', '24:00'])
  expect(time.slotNow(NOON)).toBe(24)
})

test('a day without a break is said in a word, other hours stay as they were written', () => {
  expect(['00:00–24:00', '0:00-24:00', '08:00–22:00', '周末休息'].map(time.openingHours)).toEqual(['全天', '全天', '08:00–22:00', '周末休息'])
})
