// Draws what src/ ships from shapes.mjs: the icon component's style and, by Chromium, the PNG images of the tab
// bar and the map. Run it after a change of a shape: node drawings/draw.mjs
import fs from 'node:fs'
import path from 'node:path'
import { chromium } from 'playwright-core'
import { pinSvg, shapes, svg } from './shapes.mjs'

const SRC = path.resolve(import.meta.dirname, '../src')
const CHROMIUM = process.env.CHROMIUM || '/usr/bin/chromium'
const IDLE = '#6b7570'
const BRAND = '#0a7d55'
const TAB_PX = 81
const TABS = { home: 'home', order: 'order', driver: 'driver' }
const PINS = { free: BRAND, busy: '#b45309', silent: '#7b8580' }

function drawStyle() {
  const rules = Object.keys(shapes).map((name) => {
    const url = `data:image/svg+xml,${encodeURIComponent(svg(name, '#000'))}`
    return `.icon-${name} {\n  -webkit-mask-image: url("${url}");\n  mask-image: url("${url}");\n}\n`
  })
  const head = '/* Drawn by drawings/draw.mjs from drawings/shapes.mjs; not edited by hand. */\n'
  fs.writeFileSync(path.join(SRC, 'components/icon/shapes.wxss'), head + rules.join(''))
}

/** @param {import('playwright-core').Page} page @param {string} picture @param {string} name */
async function drawPng(page, picture, name, width, height) {
  await page.setViewportSize({ width, height })
  await page.setContent(`<!doctype html><style>body{margin:0}svg{display:block;width:${width}px}</style>${picture}`)
  await page.screenshot({ path: path.join(SRC, 'images', name), omitBackground: true })
}

drawStyle()
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
const page = await browser.newPage()
for (const [file, name] of Object.entries(TABS)) {
  await drawPng(page, svg(name, IDLE), `tab-${file}.png`, TAB_PX, TAB_PX)
  await drawPng(page, svg(name, BRAND, 2.1), `tab-${file}-on.png`, TAB_PX, TAB_PX)
}
for (const [name, colour] of Object.entries(PINS)) await drawPng(page, pinSvg(colour), `pin-${name}.png`, 96, 120)
await browser.close()
