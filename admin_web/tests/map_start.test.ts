import { expect, test } from 'vitest'

import { startOf } from '@/kit/map/start'

const near = { lat: 30.29, lng: 120.1, division_code: '330106' }
const sameCity = { lat: 30.2, lng: 120.2, division_code: '330102' }
const sameProvince = { lat: 29.87, lng: 121.55, division_code: '330203' }
const unknown = { lat: 31, lng: 120, division_code: '' }

test('a map begins at the nearest stations that one knows, and closer the nearer they are', () => {
  const all = [sameProvince, sameCity, unknown, near]
  expect(startOf('330106', all)).toMatchObject({ around: [near], isByStations: true })
  expect(startOf('330108', all)).toMatchObject({ around: [sameCity, near], isByStations: true })
  expect(startOf('330402', all)).toMatchObject({ around: [sameProvince, sameCity, near] })
  const zooms = ['330106', '330108', '330402', '650102'].map((code) => startOf(code, all)?.zoom ?? 0)
  expect([...zooms].sort((one, other) => other - one)).toEqual(zooms)
})

test('without a station there it begins at the province, and says so', () => {
  expect(startOf('650102', [near])).toMatchObject({ told: '地图从乌鲁木齐一带开始', isByStations: false })
  expect(startOf('', [near])).toBeNull()
})
