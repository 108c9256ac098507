/** What is entered of a station: as the fields hold it, as the server takes it, what is checked, and how it is called. */

import type { Division, Station, StationFacts, StationForm } from '@/api/types'
import { toE6, type Position } from '@/format/position'
import { formatPosition } from '@/format/position_text'
import { atMost, phone, required } from '@/kit/forms/checks'
import type { Words } from '@/kit/forms/conflict'
import { nameOf, treeOf } from '@/kit/forms/regions'
import type { KeptPicture } from '@/kit/forms/uploads'
import type { Check, Form } from '@/kit/forms/useForm'
import { label, labelEach } from '@/labels'

import { everyDay, hoursOf, problemOf, spansOf, USUAL, wordsOf, type EnteredHours } from './hours'

export interface StationValues {
  operator_no: string
  name: string
  division_code: string
  address: string
  position: Position | null
  station_type: NonNullable<StationFacts['station_type']>
  construction: NonNullable<StationFacts['construction']> | ''
  hours: EnteredHours
  site_guide: string
  parking_info: string
  parking_fee: string
  parking_spaces: string
  suited_cars: string
  remark: string
  service_phone: string
  station_phone: string
  owner_no: string
  amenities: NonNullable<StationFacts['amenities']>[number][]
  photos: KeptPicture[]
  tariff_no: string
  is_visible: boolean
  sort_order: string
  row_version: number
}

export type StationEntry = Form<StationValues>

export const MOST_PHOTOS = 9
export const PHOTO_BYTES = 15_000_000
const E6 = 1_000_000
const WHOLE = /^\d{1,6}$/

export function emptyValues({ choices }: StationForm): StationValues {
  const own = choices.operators[0]
  return {
    operator_no: own?.operator_no ?? '', name: '', division_code: '', address: '', position: null, station_type: 'public',
    construction: '', hours: { kind: 'always', days: everyDay(USUAL) }, site_guide: '', parking_info: '', parking_fee: '',
    parking_spaces: '', suited_cars: '', remark: '', service_phone: own?.service_phone ?? '', station_phone: '', owner_no: '',
    amenities: [], photos: [], tariff_no: '', is_visible: true, sort_order: '0', row_version: 0,
  }
}

export function valuesOf(station: Station): StationValues {
  return {
    operator_no: station.station.operator_no,
    name: station.station.name,
    division_code: station.division_code,
    address: station.station.address,
    position: { lat: station.lat_e6 / E6, lng: station.lng_e6 / E6 },
    station_type: station.station_type,
    construction: station.construction ?? '',
    hours: hoursOf(station),
    site_guide: station.site_guide,
    parking_info: station.parking_info,
    parking_fee: station.parking_fee,
    parking_spaces: station.parking_spaces === null ? '' : String(station.parking_spaces),
    suited_cars: station.suited_cars,
    remark: station.remark,
    service_phone: station.service_phone,
    station_phone: station.station_phone,
    owner_no: station.owner_no,
    amenities: [...station.amenities],
    photos: station.photos.map(({ photo, thumb, thumb_url: url }) => ({ key: `${photo}.${thumb}`, url })),
    tariff_no: station.tariff_no ?? '',
    is_visible: station.station.is_visible,
    sort_order: String(station.sort_order),
    row_version: station.row_version,
  }
}

export function factsOf(values: StationValues): StationFacts {
  const { position, hours, photos } = values
  return {
    name: values.name,
    division_code: values.division_code,
    address: values.address,
    lat_e6: toE6(position?.lat ?? 0),
    lng_e6: toE6(position?.lng ?? 0),
    station_type: values.station_type,
    construction: values.construction || null,
    is_open_always: hours.kind === 'always',
    opening_spans: spansOf(hours),
    parking_spaces: values.parking_spaces === '' ? null : Number(values.parking_spaces),
    photos: photos.map(({ key }) => {
      const [photo = '', thumb = ''] = key.split('.')
      return { photo, thumb }
    }),
    site_guide: values.site_guide,
    parking_info: values.parking_info,
    parking_fee: values.parking_fee,
    suited_cars: values.suited_cars,
    remark: values.remark,
    service_phone: values.service_phone,
    station_phone: values.station_phone,
    owner_no: values.owner_no,
    amenities: values.amenities,
    is_visible: values.is_visible,
    tariff_no: values.tariff_no || null,
    sort_order: Number(values.sort_order || '0'),
  }
}

function whole(most: number): Check<StationValues, string> {
  return (value) => (value === '' || (WHOLE.test(value) && Number(value) <= most) ? '' : `请填写 0 到 ${most} 的整数`)
}

export const checks: { [K in keyof StationValues]?: readonly Check<StationValues, StationValues[K]>[] } = {
  name: [required('请填写充电站名称'), atMost(50)],
  division_code: [required('请选到区县一级')],
  address: [required('请填写详细地址'), atMost(50)],
  position: [(value) => (value === null ? '请粘贴经纬度，或在图上点出位置' : '')],
  hours: [problemOf],
  site_guide: [atMost(100)],
  parking_info: [atMost(100)],
  parking_fee: [atMost(200)],
  parking_spaces: [whole(100_000)],
  suited_cars: [atMost(100)],
  remark: [atMost(100)],
  service_phone: [phone()],
  station_phone: [phone()],
  owner_no: [(value) => (value === '' || /^[0-9A-Za-z]{9}$/.test(value) ? '' : '请填写 9 位字母或数字')],
  sort_order: [whole(9_999)],
}

/** The server's names of what is one field here. */
export const aliases = { lat_e6: 'position', lng_e6: 'position', opening_spans: 'hours', is_open_always: 'hours' } as const

/** What both editors see where two saved at once. */
export function wordsFor(form: StationForm, divisions: readonly Division[]): Words<StationValues> {
  const tree = treeOf(divisions)
  const tariffs = form.choices.tariffs
  return {
    name: { title: '名称' },
    division_code: { title: '省市区', show: (code) => nameOf(tree, code) },
    address: { title: '详细地址' },
    position: { title: '位置', show: (position) => (position ? formatPosition(position) : '') },
    station_type: { title: '站点类型', show: (value) => label('StationType', value) },
    construction: { title: '建设场所', show: (value) => (value ? label('Construction', value) : '') },
    hours: { title: '营业时间', show: wordsOf },
    site_guide: { title: '找站指引' },
    parking_info: { title: '车位信息' },
    parking_fee: { title: '停车收费' },
    parking_spaces: { title: '车位数' },
    suited_cars: { title: '适用车型' },
    remark: { title: '备注' },
    service_phone: { title: '客服电话' },
    station_phone: { title: '站点电话' },
    owner_no: { title: '产权方编号' },
    amenities: { title: '服务设施', show: (values) => labelEach('Amenity', values.join(',')) },
    photos: { title: '照片', show: (photos) => `${photos.length} 张` },
    tariff_no: { title: '计费模型', show: (no) => tariffs.find((one) => one.tariff_no === no)?.name ?? no },
    is_visible: { title: '对车主', show: (is) => (is ? '显示' : '隐藏') },
    sort_order: { title: '排序' },
  }
}
