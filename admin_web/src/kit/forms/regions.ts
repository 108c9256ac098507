/**
 * Provinces, cities and districts by their GB/T 2260 code, as three steps. Beijing has no city between, Dongguan no
 * district below, and some counties answer to their province: a step that does not exist is not asked for.
 */

export interface Division {
  code: string
  name: string
}

export interface City extends Division {
  districts: readonly Division[]
}

export interface Province extends Division {
  cities: readonly City[]
}

const OF_PROVINCE = '0000'
const OF_CITY = '00'
const STRAIGHT = '省直辖'

export function treeOf(all: readonly Division[]): readonly Province[] {
  return all.filter(({ code }) => code.endsWith(OF_PROVINCE)).map((one) => ({ ...one, cities: citiesOf(all, one) }))
}

function citiesOf(all: readonly Division[], province: Division): readonly City[] {
  const within = all.filter(({ code }) => code.slice(0, 2) === province.code.slice(0, 2) && code !== province.code)
  const cities = within.filter(({ code }) => code.endsWith(OF_CITY))
  const districts = within.filter(({ code }) => !code.endsWith(OF_CITY))
  const below = (city: Division): Division[] => districts.filter(({ code }) => code.slice(0, 4) === city.code.slice(0, 4))
  const straight = districts.filter((one) => !cities.some((city) => city.code.slice(0, 4) === one.code.slice(0, 4)))
  const own = { code: `${province.code}*`, name: cities.length > 0 ? STRAIGHT : province.name, districts: straight }
  return [...cities.map((city) => ({ ...city, districts: below(city) })), ...(straight.length > 0 ? [own] : [])]
}

/** The three steps to a code, as far as there are any. */
export function pathTo(tree: readonly Province[], code: string): [Province?, City?, Division?] {
  for (const province of tree) {
    if (province.code === code) return [province]
    for (const city of province.cities) {
      if (city.code === code) return [province, city]
      const district = city.districts.find((one) => one.code === code)
      if (district) return [province, city, district]
    }
  }
  return []
}

/** 浙江省杭州市西湖区. Empty for a code that is not known. */
export function nameOf(tree: readonly Province[], code: string): string {
  const names = pathTo(tree, code).flatMap((step) => (step && !step.code.endsWith('*') ? [step.name] : []))
  return names.join('')
}

/** The cities of a province by its two digits; none of Beijing's kind. */
export function citiesWithin(all: readonly Division[], province: string): readonly Division[] {
  if (province === '') return []
  return all.filter(({ code }) => code.startsWith(province) && code.endsWith(OF_CITY) && !code.endsWith(OF_PROVINCE))
}

/** The districts whose code begins so. */
export function districtsWithin(all: readonly Division[], digits: string): readonly Division[] {
  return digits === '' ? [] : all.filter(({ code }) => code.startsWith(digits) && !code.endsWith(OF_CITY))
}

/** From the province to what is named by the first digits of a code: `[{ digits: '33', name: '浙江省' }, …]`. */
export function stepsTo(all: readonly Division[], digits: string): { digits: string; name: string }[] {
  const lengths = [2, 4, 6].filter((length) => length <= digits.length)
  return lengths.flatMap((length) => {
    const part = digits.slice(0, length)
    const name = all.find(({ code }) => code === part.padEnd(6, '0'))?.name
    return name ? [{ digits: part, name }] : []
  })
}
