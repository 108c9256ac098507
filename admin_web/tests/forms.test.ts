/** The form and the drawer of the kit, over a page as the next ones will be. */

import { ElInput } from 'element-plus'
import { nextTick, shallowRef } from 'vue'
import { beforeEach, expect, test, vi } from 'vitest'

import { ApiError } from '@/api/errors'
import { client, unwrap } from '@/api/client'
import ConfirmDialog from '@/kit/ConfirmDialog.vue'
import FormField from '@/kit/forms/FormField.vue'
import FormView from '@/kit/forms/FormView.vue'
import { atMost, required } from '@/kit/forms/checks'
import { useForm } from '@/kit/forms/useForm'
import SideDrawer from '@/kit/SideDrawer.vue'
import { useMutation } from '@/kit/useMutation'
import { leaveQuestion, mayLeave } from '@/state/leaving'

import { asked, button, enter, errorOf, find, open, sees, serve, shown, staffAnswers, type } from './pages'

const isSaved = vi.fn()

const Page = {
  components: { FormField, FormView, SideDrawer, ElInput },
  setup() {
    const isOpen = shallowRef(true)
    const form = useForm({
      initial: () => ({ account: '', password: '' }),
      checks: { account: [required('请填写账号'), atMost(5)], password: [required('请填写密码')] },
      save: (_, values) => unwrap(client.POST('/api/v1/admin/login', { body: { ...values, code: null } })),
      done: '已保存',
      then: isSaved,
    })
    return { isOpen, form }
  },
  template: `
    <SideDrawer v-if="isOpen" title="新增" :is-dirty="form.isDirty.value" @close="isOpen = false">
      <FormView :form="form" title="新增" action="保存" @saved="isOpen = false" @cancel="isOpen = false">
        <FormField :form="form" name="account" title="账号" is-required hint="登录用">
          <template #default="{ id, value, set, described }">
            <ElInput :id="id" :model-value="value" :aria-describedby="described" @update:model-value="set" />
          </template>
        </FormField>
        <FormField :form="form" name="password" title="密码">
          <template #default="{ id, value, set }"><ElInput :id="id" :model-value="value" @update:model-value="set" /></template>
        </FormField>
      </FormView>
    </SideDrawer>`,
}

function fill(at: number, text: string): void {
  const input = document.querySelectorAll<HTMLInputElement>('.field input')[at]
  if (!input) throw new Error(`no field ${at}`)
  input.value = text
  input.dispatchEvent(new Event('input'))
}

function save(): void {
  find('form').dispatchEvent(new Event('submit', { cancelable: true }))
}

beforeEach(async () => {
  isSaved.mockClear()
  serve(staffAnswers)
  await enter()
  asked.length = 0
})

test('says at each field what is wrong before anybody is asked, and leads to the first', async () => {
  serve({})
  await open(Page)
  await sees('登录用')
  fill(0, '超过了五个字')
  save()
  await sees('不能超过 5 个字')
  await sees('请填写密码')
  expect(asked).toEqual([])
  await expect.poll(() => document.activeElement === document.querySelector('.field input')).toBe(true)
  fill(0, 'a')
  await expect.poll(() => shown().includes('不能超过')).toBe(false)
})

test('shows what the server finds wrong at its field, keeps what was typed, and closes when it is saved', async () => {
  let isTaken = true
  const refusal = errorOf('invalid_input', '请修改后再试', { field: 'account', reason: '已经有人使用' })
  serve({ 'POST /login': () => (isTaken ? { status: 400, body: refusal } : { body: {} }) })
  await open(Page)
  await sees('登录用')
  fill(0, 'a')
  fill(1, 'secret')
  save()
  await sees('已经有人使用')
  expect(document.querySelector('.problem')).toBeNull()
  expect(find('.field.wrong label').textContent).toContain('账号')
  expect(isSaved).not.toHaveBeenCalled()
  isTaken = false
  save()
  await sees('已保存')
  await expect.poll(() => document.querySelector('form')).toBeNull()
  expect(await mayLeave()).toBe(true)
})

test('says above its buttons what is wrong with no single field', async () => {
  serve({ 'POST /login': () => ({ status: 409, body: errorOf('conflict', '这座站正在停用，不能修改。') }) })
  await open(Page)
  await sees('登录用')
  fill(0, 'a')
  fill(1, 'b')
  save()
  await sees('这座站正在停用，不能修改。')
})

test('a drawer with unsaved changes is left only when somebody says so', async () => {
  serve({})
  await open(Page)
  await sees('登录用')
  fill(0, 'a')
  await nextTick()
  find('.el-drawer__close-btn').click()
  await expect.poll(() => leaveQuestion.value !== null).toBe(true)
  leaveQuestion.value?.(false)
  expect(shown()).toContain('登录用')
  const event = new Event('beforeunload', { cancelable: true })
  dispatchEvent(event)
  expect(event.defaultPrevented).toBe(true)
  find('.el-drawer__close-btn').click()
  await expect.poll(() => leaveQuestion.value !== null).toBe(true)
  leaveQuestion.value?.(true)
  await expect.poll(() => document.querySelector('form')).toBeNull()
})

test('what cannot be undone wants the number typed', async () => {
  const retire = vi.fn(() => Promise.resolve(true))
  const page = {
    components: { ConfirmDialog },
    setup: () => ({ retire: useMutation({ ask: retire, done: '已停用' }) }),
    template: '<ConfirmDialog title="停用" action="停用充电桩" :mutation="retire" typed="P1">停用 <b>3号桩</b></ConfirmDialog>',
  }
  await open(page)
  await sees('此操作不可撤销。请输入编号 P1 以确认')
  button('停用充电桩')
  save()
  await sees('请输入编号 P1 以确认。')
  type('.typed input', 'P2')
  save()
  expect(retire).not.toHaveBeenCalled()
  type('.typed input', ' P1 ')
  save()
  await sees('已停用')
  expect(retire).toHaveBeenCalledOnce()
})

test('one wish is asked for once at a time, and another wish has a key of its own', async () => {
  const keys: string[] = []
  let answer: () => void = () => undefined
  const mutation = useMutation({
    ask: (key: string, name: string) => {
      keys.push(`${key} ${name}`)
      return new Promise<void>((done) => (answer = done))
    },
    done: '好',
  })
  const first = mutation.run('a')
  expect(await mutation.run('a')).toBe(false)
  answer()
  expect(await first).toBe(true)
  const second = mutation.run('a')
  answer()
  await second
  expect(keys).toHaveLength(2)
  expect(keys[0]).not.toBe(keys[1])
})

test('a try that is refused after one whose answer was lost says that the first may have been done', async () => {
  const taken = new ApiError('account_taken', '这个账号已经有人用了。', 409)
  const answers = [new ApiError('offline', '连接不上服务器，请检查网络。'), taken, taken]
  const mutation = useMutation({ ask: () => Promise.reject(answers.shift() ?? new Error()), done: '好' })
  await mutation.run()
  await mutation.run()
  expect(mutation.problem.value).toBe('这个账号已经有人用了。前一次没有收到结果，也许已经生效，请先查看一下。')
  await mutation.run()
  expect(mutation.problem.value).toBe('这个账号已经有人用了。')
})
