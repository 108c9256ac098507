/**
 * Looks at every page in each of its states in a real browser: a screenshot of each, axe on each, and no error on
 * the console. Needs a running system (scripts/run):
 *
 *   node scripts/look.js --url http://127.0.0.1:8080/admin/ --account admin --password … [--only home]
 *
 * Ends with status 1 when axe or the console has something to say.
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import { chromium } from 'playwright-core'

import { scenes } from './scenes.js'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const DEFAULT_OUT = join(dirname(fileURLToPath(import.meta.url)), '../../var/screenshots/admin')
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
]
/** What Chromium itself logs of the failures that a scene stages. */
const STAGED = /Failed to load resource|ERR_INTERNET_DISCONNECTED|WebSocket connection to/

const { values: flags } = parseArgs({
  options: {
    url: { type: 'string' },
    account: { type: 'string' },
    password: { type: 'string' },
    only: { type: 'string', default: '' },
    out: { type: 'string', default: DEFAULT_OUT },
    browser: { type: 'string', default: '/usr/bin/chromium' },
  },
})
if (!flags.url || !flags.account || !flags.password) {
  console.error('✗ --url, --account and --password are needed; see the top of scripts/look.js')
  process.exit(2)
}

mkdirSync(flags.out, { recursive: true })
const browser = await chromium.launch({ executablePath: flags.browser, args: FLAGS })
const problems = []
try {
  const token = await logIn()
  for (const scene of scenes) {
    if (scene.name.includes(flags.only)) await look(scene, token, await findSamples(token))
  }
} finally {
  await browser.close()
}
for (const problem of problems) console.error(`✗ ${problem}`)
console.log(problems.length === 0 ? '✓ axe and the console are silent' : `${problems.length} problems`)
process.exitCode = problems.length === 0 ? 0 : 1

/** A fresh browser profile for each scene, so that none sees what another left. */
async function look(scene, token, found) {
  const [width, height] = scene.size ?? [1440, 900]
  const context = await browser.newContext({ viewport: { width, height }, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' })
  if (!scene.isStranger) {
    await context.addInitScript((saved) => localStorage.setItem('xinxiang.admin.token', saved), token)
  }
  const page = await context.newPage()
  page.on('console', (message) => {
    const isOurs = ['error', 'warning'].includes(message.type()) && !(scene.isStaged && STAGED.test(message.text()))
    if (isOurs) problems.push(`${scene.name}: console: ${message.text()}`)
  })
  page.on('pageerror', (error) => problems.push(`${scene.name}: ${error.message}`))
  try {
    await scene.before?.(page)
    await page.goto(new URL(scene.path(found), flags.url).href)
    await scene.act?.(page, context, found)
    await page.screenshot({ path: join(flags.out, `${scene.name}.png`) })
    await runAxe(scene, page)
    console.log(`  ${scene.name}`)
  } catch (error) {
    problems.push(`${scene.name}: ${error.message.split('\n')[0]}`)
    await page.screenshot({ path: join(flags.out, `${scene.name}.failed.png`) })
  }
  await context.close()
}

async function runAxe(scene, page) {
  // Evaluated by the debugger: the page's own policy admits no foreign script.
  await page.evaluate(AXE)
  const violations = await page.evaluate(async () => (await globalThis.axe.run()).violations)
  for (const { id, help, nodes } of violations) {
    const where = nodes.slice(0, 3).map((node) => `${node.target.join(' ')} (${node.any[0]?.message ?? ''})`)
    problems.push(`${scene.name}: axe ${id}: ${help}: ${where.join(' | ')}`)
  }
}

async function ask(path, options = {}) {
  const answer = await fetch(new URL(path, flags.url), options)
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`)
  return answer.json()
}

async function logIn() {
  const body = JSON.stringify({ account: flags.account, password: flags.password })
  const headers = { 'Content-Type': 'application/json' }
  return (await ask('/api/v1/admin/login', { method: 'POST', headers, body })).token
}

/** One of each to look at closely, found anew for each scene: a demo's charge is over in minutes. */
async function findSamples(token) {
  const headers = { Authorization: `Bearer ${token}` }
  const [live, orders, piles] = await Promise.all(
    ['sessions?state=charging&limit=1', 'orders?limit=1', 'piles?state=charging&limit=1'].map((path) =>
      ask(`/api/v1/admin/${path}`, { headers }),
    ),
  )
  const [session] = live.sessions
  const [order] = orders.orders
  if (!session || !order) throw new Error('nothing charges or was charged yet; wait a minute')
  return {
    session: session.session_no,
    order: order.order_no,
    endedSession: order.session_no,
    station: session.station_no,
    pile: piles.piles[0]?.pile_no ?? session.pile_no,
  }
}
