import { expect, test } from 'vitest'
import { source } from '../source.mjs'

const { yuan, signedYuan, priceText, roundedUpPrice, parseYuan } = source('format/money.js')

test('money is shown with two decimals and grouped thousands', () => {
  expect([0, 5, 50, 123456, 123456789].map(yuan)).toEqual(['¥0.00', '¥0.05', '¥0.50', '¥1,234.56', '¥1,234,567.89'])
})

test('a change carries its sign before the currency', () => {
  expect([10000, -320, 0].map(signedYuan)).toEqual(['+¥100.00', '-¥3.20', '¥0.00'])
})

test('a price keeps four decimals and a fifth only where it has one', () => {
  expect([104830, 27170, 40000, 30005].map(priceText)).toEqual(['1.0483', '0.2717', '0.4000', '0.30005'])
})

test('a price on a pin never promises less than is charged', () => {
  expect([104830, 89830, 100000, 100001].map(roundedUpPrice)).toEqual(['1.05', '0.90', '1.00', '1.01'])
})

test('a typed amount becomes fen without floating point', () => {
  expect(['12', '12.5', '0.29', ' 1.10 ', '1.1.1', '12.345', '-3', '', 'abc', '12.'].map(parseYuan)).toEqual([
    1200, 1250, 29, 110, null, null, null, null, null, 1200,
  ])
})
