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

/** Machado, Oliveira and Fernandes 2009, severity 1. */
const BLINDNESS = {
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritanopia: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
} as const
const LEAST_APART = 0.25

function seen(name: string, matrix: readonly (readonly number[])[]): number[] {
  const hex = resolve(`var(${name})`)
  const linear = [1, 3, 5].map((at) => (parseInt(hex.slice(at, at + 2), 16) / 255) ** 2.2)
  return matrix.map((row) => Math.max(0, row.reduce((sum, part, place) => sum + part * (linear[place] ?? 0), 0)) ** (1 / 2.2))
}

test.each(Object.entries(BLINDNESS))('two things in one chart are told apart with %s', (_, matrix) => {
  const [one, other] = [seen('--chart-main', matrix), seen('--chart-second', matrix)]
  expect(Math.hypot(...one.map((part, place) => part - (other[place] ?? 0)))).toBeGreaterThan(LEAST_APART)
})

test.each([
  ['--ink', 1],
  ['--ink', 3],
  ['--on-dark', 4],
  ['--on-dark', 5],
])('words in %s can be read at depth %i of a heat map', (ink, depth) => {
  expect(contrast(ink, `--heat-${depth}`)).toBeGreaterThan(LEAST_CONTRAST)
})
