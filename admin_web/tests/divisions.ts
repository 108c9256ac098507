/** A few divisions of every kind, as the server answers them. */

import type { Province } from '@/kit/forms/regions'

export const divisions = [
  { code: '110000', name: '北京市' },
  { code: '110105', name: '朝阳区' },
  { code: '330000', name: '浙江省' },
  { code: '330100', name: '杭州市' },
  { code: '330106', name: '西湖区' },
  { code: '420000', name: '湖北省' },
  { code: '420100', name: '武汉市' },
  { code: '420102', name: '江岸区' },
  { code: '429004', name: '仙桃市' },
  { code: '440000', name: '广东省' },
  { code: '441900', name: '东莞市' },
  { code: '810000', name: '香港特别行政区' },
]

export function citiesOfName(tree: readonly Province[], name: string): string[] {
  return tree.find((one) => one.name === name)?.cities.map((city) => city.name) ?? []
}
