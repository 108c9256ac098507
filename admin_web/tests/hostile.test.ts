/** Names that look like markup, code or formulas are shown as the text they are. */

import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import OrderListPage from '@/pages/orders/OrderListPage.vue'

import { enter, open, profile, serve, staffAnswers } from './pages'

const texts = JSON.parse(readFileSync('../tests/hostile_texts.json', 'utf8')) as string[]
/** What a browser keeps of a text in a document; a page may cut a very long one. */
const visible = texts.map((text) => text.trim()).filter((text) => text.length > 0 && text.length < 100)
const total = { count: 1, is_capped: false }

function isShown(text: string): boolean {
  return [...document.querySelectorAll('body *')].some((element) => [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.includes(text)))
}

test('hostile names in a list are text, never markup', async () => {
  const orders = texts.map((text, at) => ({
    order_no: `O${at}`, session_no: `S${at}`, kind: 'charging', state: 'settled', station_no: 'Z1', station_name: text,
    pile_no: 'P1', connector_no: 'P101', driver_no: 'D1', started_at: '2026-11-23T03:00:00Z', ended_at: '2026-11-23T03:30:00Z',
    duration_s: 1800, energy_wh: 10_005, electricity_fen: 649, service_fen: 400, total_fen: 1_049, debt_fen: 0, is_estimated: false,
    has_discrepancy: false, settled_at: '2026-11-23T03:30:01Z',
  }))
  const stations = { stations: [], prev_cursor: null, next_cursor: null, total: { count: 0, is_capped: false } }
  serve({
    ...staffAnswers,
    'GET /me': () => ({ body: { ...profile, name: '<img src=x onerror=1>', operator_name: '<script>' } }),
    'GET /stations': () => ({ body: stations }),
    'GET /orders': () => ({ body: { orders, prev_cursor: null, next_cursor: null, total, sums: null, searched: null } }),
  })
  await enter()
  await open(OrderListPage, '/orders')
  await expect.poll(() => isShown('{{7*7}}')).toBe(true)
  expect(visible.filter((text) => !isShown(text))).toEqual([])
  expect(document.querySelectorAll('body script, body img, body svg[onload]')).toHaveLength(0)
})
