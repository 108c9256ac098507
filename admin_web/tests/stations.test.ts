/** Building and editing a station: what is sent, what is said before, hours as they are typed. */

import { beforeEach, expect, test } from 'vitest'

import { tidyClock } from '@/format/clock'
import { hoursOf, isNextDay, problemOf, spansOf, wordsOf } from '@/pages/stations/hours'
import HoursField from '@/pages/stations/HoursField.vue'
import { checks, emptyValues, factsOf } from '@/pages/stations/station_form'
import type { Station, StationForm } from '@/api/types'

import { button, change, enter, find, open, serve, shown, staffAnswers } from './pages'

const told: StationForm = {
  choices: {
    may_create: true,
    operators: [{ operator_no: 'OP1', name: '甲', service_phone: '400-800-0512' }],
    tariffs: [{ tariff_no: 'T1', name: '电价', operator_no: 'OP1' }],
    neighbours: [],
  },
  tiles_url: '', tiles_system: 'gcj02', tiles_attribution: '',
}

beforeEach(async () => {
  serve(staffAnswers)
  await enter()
})

test('hours are typed by a 24-hour clock, may end next day, and come back as they were entered', () => {
  expect(['8', '830', '8:30', '０８：３０'.normalize('NFKC'), '24', '25:00', 'x'].map(tidyClock)).toEqual([
    '08:00', '08:30', '08:30', '08:30', '24:00', '25:00', 'x',
  ])
  const days = [[{ opens: '09:00', closes: '02:00' }], [{ opens: '08:00', closes: '24:00' }], [], [], [], [], []]
  const hours = { kind: 'spans' as const, days }
  expect(spansOf(hours)).toEqual([
    { weekday: 1, opens_minute: 540, closes_minute: 1560 },
    { weekday: 2, opens_minute: 480, closes_minute: 1440 },
  ])
  expect([isNextDay({ opens: '09:00', closes: '02:00' }), isNextDay({ opens: '08:00', closes: '24:00' })]).toEqual([true, false])
  expect(wordsOf(hours)).toContain('周一 09:00–次日02:00')
  expect(problemOf(hours)).toBe('')
  expect(problemOf({ kind: 'spans', days: [[{ opens: '24:00', closes: '8' }]] })).not.toBe('')
  expect(problemOf({ kind: 'spans', days: [[]] })).not.toBe('')
  const station = { opening_spans: spansOf(hours), station: { open_now: { is_always: false, is_known: true } } }
  expect(hoursOf(station as unknown as Station)).toEqual(hours)
})

test('what must be filled in is said, and what is sent is what was entered', () => {
  const values = emptyValues(told)
  expect(values.service_phone).toBe('400-800-0512')
  const missing = (Object.keys(checks) as (keyof typeof values)[]).filter((name) =>
    (checks[name] as ((value: unknown, all: unknown) => string)[] | undefined)?.some((one) => one(values[name], values)),
  )
  expect(missing).toEqual(['name', 'division_code', 'address', 'position'])
  const facts = factsOf({ ...values, position: { lat: 30.29415, lng: 120.10515 }, photos: [{ key: 'a.b', url: '' }], parking_spaces: '24' })
  expect(facts).toMatchObject({
    lat_e6: 30_294_150, lng_e6: 120_105_150, is_open_always: true, opening_spans: [], construction: null, tariff_no: null,
    parking_spaces: 24, photos: [{ photo: 'a', thumb: 'b' }],
  })
  expect(facts).not.toHaveProperty('row_version')
})

test('a day is made free, gets its hours back, and Monday is copied to the rest', async () => {
  const page = {
    components: { HoursField },
    data: () => ({ hours: { kind: 'spans', days: Array.from({ length: 7 }, () => [{ opens: '08:00', closes: '22:00' }]) } }),
    template: '<HoursField v-model="hours" /><i>{{ hours.days.map((own) => own.map((one) => one.opens + one.closes)) }}</i>',
  }
  await open(page)
  find('[aria-label="移除周日第 1 段"]').click()
  await expect.poll(() => shown()).toContain('休息')
  change('[aria-label="周一开始"]', '930')
  await expect.poll(() => find('i').textContent).toContain('93022:00')
  find('[aria-label="周一开始"]').dispatchEvent(new Event('blur'))
  await expect.poll(() => find('i').textContent).toContain('09:3022:00')
  button('周一的时段用于每天').click()
  await expect.poll(() => find('i').textContent?.match(/09:3022:00/g)?.length).toBe(7)
})
