/** Day plans at the desk: painted by keys, checked as they are painted, saved, published once. */

import { createApp, h, ref } from 'vue'
import { expect, test } from 'vitest'

import { bandOfKey, boundsOf, moved, runs, runsText, type Band } from '@/kit/painter/strip'
import SlotPainter from '@/kit/painter/SlotPainter.vue'
import DifferenceView from '@/pages/tariffs/DifferenceView.vue'
import { draftOf, emptyPlan, formsOf, gapsOf, monthsText, problemsOf, withoutPlan, type Draft } from '@/pages/tariffs/draft'
import type { DaysChanged, TariffVersion } from '@/api/types'

import { open, sees, shown } from './pages'

const version: TariffVersion = {
  tariff_no: 'T1',
  version: {
    version: 1,
    state: 'draft',
    effective_from: null,
    published_at: null,
    withdrawn_at: null,
    created_at: '2026-11-23T00:00:00Z',
    row_version: 3,
  },
  plans: ['平日', '假日'].map((name, place) => ({
    name,
    prices: [{ rate_band: 'flat', electricity_e5: 64_830, service_e5: 40_000 }],
    slots: Array.from({ length: 48 }, (_, slot) => ({
      rate_band: 'flat' as const,
      electricity_e5: slot === 3 ? 0 : null,
      service_e5: null,
    })),
    days: Array.from({ length: 12 }, (_, month) =>
      (place === 0 ? (['workday'] as const) : (['weekend', 'holiday'] as const)).map((kind) => ({
        month: month + 1,
        day_kind: kind,
      })),
    ).flat(),
  })),
  idle: null,
  faults: [],
}

test('arrows move over both rows, Shift marks, Home and End stay in theirs', () => {
  const start = { from: 5, at: 5 }
  expect(moved(start, 'ArrowRight', false)).toEqual({ from: 6, at: 6 })
  expect(moved(start, 'ArrowDown', true)).toEqual({ from: 5, at: 29 })
  expect(moved({ from: 29, at: 29 }, 'Home', true)).toEqual({ from: 29, at: 24 })
  expect(moved({ from: 29, at: 29 }, 'End', false)).toEqual({ from: 47, at: 47 })
  expect(moved({ from: 0, at: 0 }, 'ArrowLeft', false)).toEqual({ from: 0, at: 0 })
  expect(moved(start, 'x', false)).toBeNull()
  expect(boundsOf({ from: 29, at: 24 })).toEqual([24, 29])
  expect([bandOfKey('1'), bandOfKey('5'), bandOfKey('0'), bandOfKey('6')]).toEqual(['sharp', 'deep_valley', null, undefined])
})

test('stretches of the same are told as hours', () => {
  expect(runsText(runs([true, true, false, true], Boolean))).toBe('00:00–01:00、01:30–02:00')
})

test('the painter paints what is marked by keys alone, and never when it is fixed', async () => {
  for (const isFixed of [false, true]) {
    const painted: [number, number, Band | null][] = []
    const box = document.createElement('div')
    document.body.append(box)
    const cells = ref(Array.from({ length: 48 }, () => ({ band: null, isOwn: false, words: '未设' })))
    const app = createApp({
      render: () =>
        h(SlotPainter, {
          title: '一天',
          cells: cells.value,
          brush: 'flat',
          isFixed,
          onPaint: (from: number, to: number, band: Band | null) => painted.push([from, to, band]),
        }),
    })
    app.mount(box)
    const grid = box.querySelector<HTMLElement>('[role=listbox]')
    const press = (key: string, shiftKey = false): unknown =>
      grid?.dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey, bubbles: true, cancelable: true }))
    press('ArrowRight')
    press('ArrowRight', true)
    press('2')
    press(' ')
    press('Delete')
    await Promise.resolve()
    expect(painted).toEqual(isFixed ? [] : [[1, 2, 'peak'], [1, 2, 'flat'], [1, 2, null]])
    expect(box.querySelectorAll('[role=option]')).toHaveLength(48)
    expect(box.querySelector('[role=option]')?.getAttribute('aria-label')).toBe('00:00–00:30 未设')
    app.unmount()
    box.remove()
  }
})

test('a draft goes to the server as it came, a price of nothing included', () => {
  expect(formsOf(draftOf(version))).toEqual(version.plans)
})

test('what is missing is said by its place: half-hours, days, prices, names', () => {
  const draft: Draft = draftOf(version)
  expect([...problemsOf(draft), ...gapsOf(draft)]).toEqual([])
  const [first, second] = draft.plans
  if (!first || !second) throw new Error('two plans')
  first.slots[0] = { band: null, electricity: '', service: '' }
  second.slots[47] = { band: 'peak', electricity: '', service: '' }
  draft.days['1-weekend'] = null
  draft.days['2-weekend'] = null
  second.name = '平日'
  second.prices.flat.electricity = '-1'
  expect(gapsOf(draft)).toEqual(['“平日”：00:00–00:30 还没有涂色。', '1–2 月的周末还没有选日方案。'])
  expect(problemsOf(draft).join('')).toContain('日方案名称“平日”重复了。')
  expect(problemsOf(draft).join('')).toContain('“平”的价格要填 0 到 10000 之间的数')
  expect(problemsOf(draft).join('')).toContain('“平日”：00:00–01:30、02:00–24:00 已涂色，还没有填价格。')
})

test('without a plan its days have none, and the last one left is for every day', () => {
  const draft = draftOf(version)
  const left: Draft = { ...draft, ...withoutPlan(draft, 0) }
  expect(left.days['1-workday']).toBeNull()
  expect(left.days['1-holiday']).toBe(0)
  expect(formsOf(left)[0]?.days).toHaveLength(36)
  expect(gapsOf({ ...left, plans: [emptyPlan('')] })).toEqual(['日方案 1：00:00–24:00 还没有涂色。'])
  expect([monthsText([1, 2, 3, 12]), monthsText([7])]).toEqual(['1–3 月、12 月', '7 月'])
})

test('what a kWh costs in all is told of each time of the day, and by how much it moved where it had a price', async () => {
  const price = (electricity_e5: number) => ({ rate_band: 'flat' as const, electricity_e5, service_e5: 40_000 })
  const slots: DaysChanged['slots'] = [
    { start_slot: 0, end_slot: 16, before: null, after: price(35_000) },
    { start_slot: 16, end_slot: 32, before: price(60_000), after: price(70_000) },
    { start_slot: 32, end_slot: 48, before: price(60_000), after: null },
  ]
  await open(DifferenceView, '/', { changed: [{ is_every_day: true, days: [], slots }], idle: { before: null, after: null } })
  await sees('¥0.7500')
  expect(shown()).toContain('¥1.1000，涨 ¥0.1000')
  expect(shown()).toContain('未设—')
})
