/** Mounts real pages over a server that answers what the test says; the only thing replaced is `fetch`. */

import { createApp, type App, type Component } from 'vue'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import { afterEach, vi } from 'vitest'

import { getToken } from '@/api/client'
import { leave, logIn, restore } from '@/state/staff'

const LIMIT_MS = 60_000
const PAUSE_MS = 5

export interface Asked {
  method: string
  path: string
  query: Record<string, string>
  body: unknown
  token: string | null
  /** The idempotency key. */
  key: string | null
}

export type Answers = Record<string, (asked: Asked) => { status?: number; body?: unknown } | Error>

export const asked: Asked[] = []
let app: App | undefined

afterEach(() => {
  app?.unmount()
  app = undefined
  asked.length = 0
  leave()
  vi.unstubAllGlobals()
})

/** `answers` by "METHOD /path below /api/v1/admin". */
export function serve(answers: Answers): void {
  vi.stubGlobal('fetch', async (request: Request) => {
    const url = new URL(request.url)
    const text = await request.text()
    const call: Asked = {
      method: request.method,
      path: url.pathname.replace('/api/v1/admin', ''),
      query: Object.fromEntries(url.searchParams),
      body: text ? JSON.parse(text) : null,
      token: request.headers.get('Authorization'),
      key: request.headers.get('Idempotency-Key'),
    }
    asked.push(call)
    const answer = answers[`${call.method} ${call.path}`]?.(call) ?? { status: 404, body: errorOf('not_found', '没有') }
    if (answer instanceof Error) throw answer
    return new Response(JSON.stringify(answer.body ?? {}), {
      status: answer.status ?? 200,
      headers: { 'Content-Type': 'application/json' },
    })
  })
}

export function errorOf(code: string, message: string, data: object = {}): unknown {
  return { error: { code, message, data, request_id: 'REQ1' } }
}

export const profile = {
  account: 'admin',
  name: '管理员',
  operator_no: 'M1',
  operator_name: '欣象',
  is_platform: true,
  sees_platform_sums: true,
  permissions: ['dashboard.read', 'order.read', 'pile.read', 'session.stop', 'station.read'],
  stations: null,
  obligations: [],
  has_second_factor: false,
  backup_codes_left: 0,
}

const login = { token: 'token1', expires_at: '', name: '管理员', operator_name: '欣象', permissions: [], obligations: [], previous: null }
export const staffAnswers: Answers = {
  'POST /login': () => ({ body: login }),
  'GET /me': () => ({ body: profile }),
}

export async function enter(): Promise<void> {
  restore()
  await logIn('admin', 'right')
  if (getToken() !== 'token1') throw new Error('not logged in')
}

/** The page at an address of a router in which every name leads nowhere. */
export async function open(page: Component, path = '/', props: object = {}, own?: Router): Promise<Router> {
  const router = own ?? (await routerAt(path))
  app?.unmount()
  document.body.innerHTML = ''
  const box = document.createElement('div')
  document.body.append(box)
  app = createApp(page, { ...props })
  app.use(router).mount(box)
  return router
}

async function routerAt(path: string): Promise<Router> {
  const names = ['home', 'login', 'stations', 'station', 'piles', 'pile', 'sessions', 'session', 'orders', 'order', 'movements', 'staff', 'roles', 'account']
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      ...names.map((name) => ({ path: `/${name}/:${name}No?`, name, component: {} })),
      { path: '/:rest(.*)', component: {} },
    ],
  })
  await router.push(path)
  return router
}

/** Waits for what the page is to show; fails with what it shows instead. */
export async function sees(text: string): Promise<void> {
  const deadline = performance.now() + LIMIT_MS
  while (!shown().includes(text)) {
    if (performance.now() > deadline) throw new Error(`“${text}” is not in: ${shown()}`)
    await new Promise((done) => setTimeout(done, PAUSE_MS))
  }
}

export function shown(): string {
  return (document.body.textContent ?? '').replace(/\s+/g, ' ')
}

export function find<E extends HTMLElement>(selector: string): E {
  const element = document.querySelector<E>(selector)
  if (!element) throw new Error(`no ${selector} in: ${shown()}`)
  return element
}

export function button(text: string): HTMLButtonElement {
  const found = [...document.querySelectorAll('button')].find((element) => element.textContent?.includes(text))
  if (!found) throw new Error(`no button “${text}” in: ${shown()}`)
  return found
}

export function type(selector: string, text: string): void {
  const input = find<HTMLInputElement>(selector)
  input.value = text
  input.dispatchEvent(new Event('input'))
}

/** Types into a field and leaves it. */
export function change(selector: string, text: string): void {
  type(selector, text)
  find(selector).dispatchEvent(new Event('change'))
}
