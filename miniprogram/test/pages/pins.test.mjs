// Pins on the map of the home page.
import { beforeEach, expect, test } from 'vitest'
import { card } from '../answers.mjs'
import { forgetSource, source } from '../source.mjs'

beforeEach(forgetSource)

const NAMES = ['a', 'b', 'c']
const CLOSE = 0.002
const FAR = 0.2
const at = (no, shift, change = {}) => card({ station_no: no, lat: 31.317 + shift, lng: 120.679 + shift, ...change })
const VIEW = { centre: { latitude: 31.317, longitude: 120.679 }, scale: 14, width: 375, height: 220 }

test('pins that would lie on one another are one pin, and come apart when the map is near enough', () => {
  const { groupsOf } = source('pages/index/pins.js')
  const stations = [at('a', 0), at('b', CLOSE), at('c', FAR)]
  const grouped = (scale) => groupsOf(stations, scale).map((group) => group.map(({ station_no }) => station_no))
  expect(grouped(12)).toEqual([['a', 'b'], ['c']])
  expect(grouped(17)).toEqual(NAMES.map((name) => [name]))
})

test('a pin says what is free and the price, several say how many and what is free', () => {
  const { markerOf } = source('pages/index/pins.js')
  const words = (group) => markerOf(group, 0, '', VIEW).callout.content
  expect(words([at('a', 0)])).toBe('3/7 ¥1.05')
  expect(words([at('a', 0), at('b', CLOSE, { is_stale: true })])).toBe('2座站 空闲3')
  expect(words([at('a', 0, { is_stale: true })])).toBe('—/7 ¥1.05')
})

test('words the edge of the map would cut are left out', () => {
  const { markerOf } = source('pages/index/pins.js')
  const display = (station) => markerOf([station], 0, '', VIEW).callout.display
  const beside = (lng) => at('a', 0, { lng: 120.679 + lng })
  expect(display(at('a', 0))).toBe('ALWAYS')
  expect(display(beside(0.0155))).toBe('BYCLICK')
  expect(display(beside(-0.0155))).toBe('BYCLICK')
  expect(display(at('a', 0, { lat: 31.3245 }))).toBe('BYCLICK')
})
