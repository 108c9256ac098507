import { expect, test } from 'vitest'
import { source } from '../source.mjs'

const { distance } = source('format/distance.js')

test('metres, then tenths of kilometres, then whole kilometres', () => {
  expect([5, 999, 1000, 2801, 9949, 9950, 36400].map(distance)).toEqual([
    '5米', '999米', '1.0公里', '2.8公里', '9.9公里', '10.0公里', '36公里',
  ])
})
