import { expect, test } from 'vitest'
import { source } from '../source.mjs'

const { kwh, kwhShort, kwhAbout, kw, ratedKw, volts, amperes } = source('format/energy.js')

test('details show every watt-hour', () => {
  expect([0, 7, 12345, 100000].map(kwh)).toEqual(['0.000', '0.007', '12.345', '100.000'])
})

test('lists round half up to two decimals', () => {
  expect([12344, 12345, 4, 5, 9995].map(kwhShort)).toEqual(['12.34', '12.35', '0.00', '0.01', '10.00'])
})

test('estimates and power have one decimal', () => {
  expect([kwhAbout(95349), kw(58449), kw(58450)]).toEqual(['95.3', '58.4', '58.5'])
})

test('a rating shows whole kilowatts without decimals', () => {
  expect([160000, 7000, 3300].map(ratedKw)).toEqual(['160', '7', '3.3'])
})

test('volts and amperes come from their thousandths', () => {
  expect([volts(386400), amperes(155277)]).toEqual(['386.4', '155.3'])
})
