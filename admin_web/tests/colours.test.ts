/** Colours come from tokens.css alone, Element Plus' too, and toasts can be read. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

const SOURCES = join(import.meta.dirname, '../src')
const TOKENS = join(SOURCES, 'styles/tokens.css')
const GENERATED = ['schema.d.ts', 'generated.ts']
const COLOUR = /#[0-9a-f]{3,8}\b(?!=)|\b(?:rgb|hsl)a?\(/gi
const LEAST_CONTRAST = 4.5

const tokens = new Map(
  [...readFileSync(TOKENS, 'utf8').matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name, value] as const),
)

function resolve(value: string): string {
  const name = /^var\((--[\w-]+)\)$/.exec(value)?.[1]
  return name ? resolve(tokens.get(name) ?? '') : value
}

function luminance(hex: string): number {
  const full = hex.length === 4 ? hex.replace(/[0-9a-f]/gi, '$&$&') : hex
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(full.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(ink: string, ground: string): number {
  const [a, b] = [ink, ground].map((name) => luminance(resolve(`var(${name})`))).sort((x, y) => y - x) as [number, number]
  return (a + 0.05) / (b + 0.05)
}

test('no page and no part of the kit has a colour of its own', () => {
  const found = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(vue|ts|css)$/.test(name) && !GENERATED.some((made) => name.endsWith(made)))
    .filter((name) => join(SOURCES, name) !== TOKENS)
    .flatMap((name) => {
      const text = readFileSync(join(SOURCES, name), 'utf8').replace(/<template #[\w-]+|#\[?[\w.]+\]?=/g, '')
      return [...text.matchAll(COLOUR)].map(([colour]) => `${name}: ${colour}`)
    })
  expect(found).toEqual([])
})

test.each(['success', 'warning', 'error', 'danger', 'info'])('a %s of Element Plus can be read on its ground', (kind) => {
  expect(contrast(`--el-color-${kind}`, `--el-color-${kind === 'danger' ? 'error' : kind}-light-9`)).toBeGreaterThan(LEAST_CONTRAST)
})

test.each(['good', 'busy', 'wait', 'bad', 'mute'])('a state drawn %s can be read on its ground', (tone) => {
  expect(contrast(`--${tone}`, `--${tone}-soft`)).toBeGreaterThan(LEAST_CONTRAST)
})
