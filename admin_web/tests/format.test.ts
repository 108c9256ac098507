import { describe, expect, test } from 'vitest'

import { changePermille, formatKw, formatKwh, formatPermille, formatRatedKw, percentsOf } from '@/format/measure'
import { formatFen, formatPrice } from '@/format/money'
import { formatAgo, formatDuration, formatSlots, formatTime, localDate } from '@/format/time'

describe('money', () => {
  test.each([
    [0, '¥0.00'],
    [5, '¥0.05'],
    [123_456, '¥1,234.56'],
    [-8_638, '-¥86.38'],
    [9_007_199_254_740_991, '¥90,071,992,547,409.91'],
    [null, '—'],
  ])('%s fen reads %s', (fen, text) => {
    expect(formatFen(fen)).toBe(text)
  })

  test.each([
    [104_830, '¥1.0483'],
    [100_000, '¥1.0000'],
    [27_171, '¥0.27171'],
    [5, '¥0.00005'],
  ])('a price of %s e-5 yuan reads %s', (price, text) => {
    expect(formatPrice(price)).toBe(text)
  })
})

describe('measures', () => {
  test('energy has two decimals in lists, rounded half up, and three in details', () => {
    expect(formatKwh(1_995)).toBe('2.00')
    expect(formatKwh(1_994)).toBe('1.99')
    expect(formatKwh(1_234_567, 3)).toBe('1,234.567')
    expect(formatKwh(7, 3)).toBe('0.007')
    expect(formatKwh(null)).toBe('—')
  })

  test('power has one decimal, a rated power only where it is no whole number', () => {
    expect(formatKw(22_749)).toBe('22.7')
    expect(formatKw(undefined)).toBe('—')
    expect(formatRatedKw(120_000)).toBe('120 kW')
    expect(formatRatedKw(7_400)).toBe('7.4 kW')
  })

  test('percents of parts add up to a hundred', () => {
    expect(percentsOf([1, 1, 0, 4, 0])).toEqual([17, 17, 0, 66, 0])
    expect(percentsOf([1, 1, 1])).toEqual([34, 33, 33])
    expect(percentsOf([0, 0])).toEqual([0, 0])
  })

  test('a change is told only where there is something to compare with', () => {
    expect(changePermille(112, 100)).toBe(120)
    expect(changePermille(5, 0)).toBeNull()
    expect(changePermille(5, null)).toBeNull()
    expect(formatPermille(-123)).toBe('12.3%')
  })
})

describe('time', () => {
  test('an instant is shown in the platform zone, whatever the zone of the browser', () => {
    expect(formatTime('2026-11-22T16:00:05Z')).toBe('2026-11-23 00:00:05')
    expect(formatTime(null)).toBe('—')
    expect(localDate(new Date('2026-11-22T15:59:59Z'))).toBe('2026-11-22')
  })

  test.each([
    [0, '0秒'],
    [59, '59秒'],
    [4_980, '1小时23分'],
    [3_605, '1小时'],
    [90_000, '1天1小时'],
  ])('%s seconds read %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text)
  })

  test('an age is told in the largest unit', () => {
    const at = '2026-11-23T03:00:00Z'
    const now = Date.parse(at)
    expect(formatAgo(at, now + 2_000)).toBe('刚刚')
    expect(formatAgo(at, now + 35_000)).toBe('35 秒前')
    expect(formatAgo(at, now + 150_000)).toBe('2 分钟前')
    expect(formatAgo(at, now + 8 * 86_400_000)).toBe('2026-11-23')
  })

  test('half-hour slots read as clock times, the last one ends at 24:00', () => {
    expect(formatSlots(16, 19)).toBe('08:00–09:30')
    expect(formatSlots(44, 48)).toBe('22:00–24:00')
  })
})
