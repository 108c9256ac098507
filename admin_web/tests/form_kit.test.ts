/** What the forms of the desk are made of: two editors, uploads, regions, amounts, who may press. */

import { ElInput } from 'element-plus'
import { beforeEach, expect, test, vi } from 'vitest'

import { client, unwrap } from '@/api/client'
import { fenOf, priceE5Of, typedFen, typedPrice } from '@/format/entry'
import { convert, readPosition } from '@/format/position'
import { money, phone, price } from '@/kit/forms/checks'
import FormField from '@/kit/forms/FormField.vue'
import FormPage from '@/kit/forms/FormPage.vue'
import { citiesOfName, divisions } from './divisions'
import { nameOf, pathTo, treeOf } from '@/kit/forms/regions'
import UploadField from '@/kit/forms/UploadField.vue'
import type { KeptPicture } from '@/kit/forms/uploads'
import { useForm } from '@/kit/forms/useForm'
import PermissionButton from '@/kit/PermissionButton.vue'
import { ApiError } from '@/api/errors'

import { asked, button, enter, errorOf, find, open, sees, serve, shown, staffAnswers, type } from './pages'

interface Values {
  name: string
  account: string
  password: string
  row_version: number
}

const theirs: Values = { name: '甲站', account: '东门', password: '别人写的', row_version: 4 }

const Page = {
  components: { FormField, FormPage, ElInput },
  setup() {
    const form = useForm<Values, unknown>({
      initial: () => ({ name: '甲站', account: '西门', password: '原来的', row_version: 3 }),
      save: (_, values) => unwrap(client.POST('/api/v1/admin/login', { body: values as never })),
      done: '已保存',
      conflict: {
        reload: () => Promise.resolve(theirs),
        words: { name: { title: '名称' }, account: { title: '入口' }, password: { title: '说明', show: (text) => `“${text}”` } },
      },
    })
    return { form }
  },
  template: `
    <FormPage :form="form" title="修改充电站" action="保存" :back="{ name: 'stations' }">
      <FormField v-for="name in ['name', 'account', 'password']" :key="name" :form="form" :name="name" :title="name">
        <template #default="{ id, value, set }"><ElInput :id="id" :class="name" :model-value="value" @update:model-value="set" /></template>
      </FormField>
    </FormPage>`,
}

function submit(): void {
  find('form').dispatchEvent(new Event('submit', { cancelable: true }))
}

beforeEach(async () => {
  serve(staffAnswers)
  await enter()
  asked.length = 0
})

test('what is wrong stands with the buttons that stay in sight, and the first wrong field is led to', async () => {
  const refusal = errorOf('invalid_input', '请修改后再试', { field: 'account', reason: '已经有人使用' })
  serve({ 'POST /login': () => ({ status: 400, body: refusal }) })
  await open(Page)
  await sees('修改充电站')
  submit()
  await expect.poll(() => document.querySelector('.sticky .problem')?.textContent).toContain('还有 1 处需要修改')
  expect(document.activeElement).toBe(find('.account input'))
})

test('two editors: what differs is shown side by side, each part is chosen, and the rest is lost by nobody', async () => {
  let isChanged = true
  serve({ 'POST /login': () => (isChanged ? { status: 409, body: errorOf('row_changed', '别人改过这里。') } : { body: {} }) })
  await open(Page)
  await sees('修改充电站')
  type('.name input', '乙站')
  type('.password input', '我写的')
  submit()
  await sees('别人刚刚改过这里')
  const rows = [...document.querySelectorAll('tbody tr')].map((row) => row.textContent?.replace(/\s+/g, ' ').trim())
  expect(rows).toEqual(['名称乙站甲站', '入口西门东门', '说明两边都改了“我写的”“别人写的”'])
  const chosen = [...document.querySelectorAll<HTMLInputElement>('tbody input:checked')].map((one) => one.getAttribute('aria-label'))
  expect(chosen).toEqual(['名称：我填写的', '入口：现在保存的', '说明：我填写的'])
  find<HTMLInputElement>('tr:last-child td:last-child input').dispatchEvent(new Event('change'))
  isChanged = false
  button('按所选保存').click()
  await sees('已保存')
  expect(asked.at(-1)?.body).toEqual({ name: '乙站', account: '东门', password: '别人写的', row_version: 4 })
})

test('a try whose answer was lost had been saved: the next one asks nothing and says so', async () => {
  let tries = 0
  serve({
    'POST /login': () => {
      tries += 1
      if (tries === 1) throw new TypeError('the network is cut')
      return tries === 2 ? { status: 409, body: errorOf('row_changed', '别人改过这里。') } : { body: {} }
    },
  })
  await open(Page)
  await sees('修改充电站')
  type('.account input', theirs.account)
  type('.password input', theirs.password)
  submit()
  await sees('不确定是否已经生效，可以再试一次')
  expect(find<HTMLInputElement>('.account input').value).toBe(theirs.account)
  submit()
  await expect.poll(() => asked.length).toBe(3)
  expect(asked.at(-1)?.body).toEqual(theirs)
  expect(shown()).not.toContain('别人刚刚改过这里')
})

test('shutting the question keeps what was typed, and the next try asks it again', async () => {
  serve({ 'POST /login': () => ({ status: 409, body: errorOf('row_changed', '别人改过这里。') }) })
  await open(Page)
  await sees('修改充电站')
  type('.name input', '乙站')
  submit()
  await sees('别人刚刚改过这里')
  find('.el-dialog__headerbtn').click()
  await expect.poll(() => find<HTMLInputElement>('.name input').value).toBe('乙站')
  submit()
  await expect.poll(() => asked.length).toBe(2)
  await sees('现在保存的')
})

test('amounts and prices are read to the last unit and never through a fraction', () => {
  expect(['12.5', '０.07', '1,234.5', '12.345', '-1', '1e3', ''].map(fenOf)).toEqual([1250, 7, 123450, null, null, null, null])
  expect(['0.65432', '1', '0.654321', '.5'].map(priceE5Of)).toEqual([65432, 100000, null, null])
  expect([typedFen(7), typedFen(123450), typedPrice(65430), typedPrice(65432), typedFen(null)]).toEqual(['0.07', '1234.50', '0.6543', '0.65432', ''])
  expect(money({ least: 100 })('0.5', {})).toContain('1 到')
  expect(price()('0.6543', {})).toBe('')
  expect(phone()('0571-8888 6666', {})).toBe('')
  expect(phone()('打我电话', {})).not.toBe('')
})

test('a pasted position is read in either order, and each system lands at the same place', () => {
  const here = { lat: 30.27415, lng: 120.15515 }
  for (const text of ['30.27415,120.15515', '120.15515， 30.27415', '纬度：30.27415 经度：120.15515', '30.27415°N 120.15515°E']) {
    expect(readPosition(text)).toEqual(here)
  }
  for (const text of ['', '30.27', '10.0, 10.0', '<script>', '1,2,3', '999, 30']) expect(readPosition(text)).toBeNull()
  // Tiananmen in the three systems
  const wgs = convert({ lat: 39.908722, lng: 116.397499 }, 'gcj02', 'wgs84')
  expect(wgs.lat).toBeCloseTo(39.9073, 3)
  expect(wgs.lng).toBeCloseTo(116.3913, 3)
  const back = convert(wgs, 'wgs84', 'gcj02')
  expect(back.lat).toBeCloseTo(39.908722, 5)
  expect(convert({ lat: 39.908722, lng: 116.397499 }, 'gcj02', 'bd09').lng).toBeCloseTo(116.4039, 3)
})

test('regions know municipalities, cities without districts and counties that answer to their province', () => {
  const tree = treeOf(divisions)
  expect(citiesOfName(tree, '北京市')).toEqual(['北京市'])
  expect(citiesOfName(tree, '湖北省')).toEqual(['武汉市', '省直辖'])
  expect(pathTo(tree, '441900').map((step) => step?.name)).toEqual(['广东省', '东莞市'])
  expect(['110105', '441900', '429004', '330106', '999999'].map((code) => nameOf(tree, code))).toEqual([
    '北京市朝阳区', '广东省东莞市', '湖北省仙桃市', '浙江省杭州市西湖区', '',
  ])
})

test('pictures go up with their progress, wrong ones are told at once, and their order is the people\'s', async () => {
  let finish: (kept: KeptPicture) => void = () => undefined
  let told: (percent: number) => void = () => undefined
  let refuse: (error: Error) => void = () => undefined
  const send = vi.fn((_: File, onProgress: (percent: number) => void) => {
    told = onProgress
    return new Promise<KeptPicture>((resolve, reject) => {
      finish = resolve
      refuse = reject
    })
  })
  const page = {
    components: { UploadField },
    data: () => ({ pictures: [{ key: 'a', url: '/a' }] as KeptPicture[] }),
    methods: { send },
    template: '<UploadField v-model="pictures" :most="3" :most-bytes="1000000" :send="send" /><i>{{ pictures.map((one) => one.key).join() }}</i>',
  }
  await open(page)
  const choose = (...files: File[]): void => {
    const input = find<HTMLInputElement>('input[type=file]')
    Object.defineProperty(input, 'files', { value: files, configurable: true })
    input.dispatchEvent(new Event('change'))
  }
  choose(new File(['<svg/>'], 'x.svg', { type: 'image/svg+xml' }), new File([new Uint8Array(1_000_001)], 'big.jpg', { type: 'image/jpeg' }))
  await sees('x.svg：不是JPG、PNG 或 WebP 图片')
  await sees('big.jpg：超过 1 MB')
  expect(send).not.toHaveBeenCalled()
  choose(new File(['1'], 'b.jpg', { type: 'image/jpeg' }))
  told(40)
  await expect.poll(() => find<HTMLProgressElement>('progress').getAttribute('value')).toBe('40')
  refuse(new ApiError('invalid_input', '不行', 400, '', { field: 'file', reason: '这不是一张完整的图片' }))
  await sees('这不是一张完整的图片')
  button('重试').click()
  finish({ key: 'b', url: '/b' })
  await expect.poll(() => find('i').textContent).toBe('a,b')
  find('[aria-label="把第 2 张前移"]').click()
  await expect.poll(() => find('i').textContent).toBe('b,a')
  find('[aria-label="移除第 2 张"]').click()
  await expect.poll(() => find('i').textContent).toBe('b')
})

test('a button is not there without the permission, or there and dead with the reason', async () => {
  const page = {
    components: { PermissionButton },
    template: `
      <PermissionButton permission="quarantine.close">甲</PermissionButton>
      <PermissionButton permission="quarantine.close" is-told>乙</PermissionButton>
      <PermissionButton permission="station.read" why="还有充电在进行">丙</PermissionButton>
      <PermissionButton permission="station.read">丁</PermissionButton>
      <PermissionButton permission="station.read" why="先保存草稿" is-said>戊</PermissionButton>`,
  }
  await open(page)
  expect(shown()).not.toContain('甲')
  expect([button('乙').disabled, button('丙').disabled, button('丁').disabled]).toEqual([true, true, false])
  expect(shown()).toContain('您没有这项操作的权限')
  expect(shown()).toContain('还有充电在进行')
  expect(find('.said').textContent).toBe('先保存草稿')
})
