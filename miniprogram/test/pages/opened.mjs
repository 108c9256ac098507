// Opens a page of the real mini-program in the preview's runtime and closes it after the test, once its last answer
// has been taken; a warning or an error of our own pages fails the test.
import { setImmediate } from 'node:timers/promises'
import { afterEach, expect } from 'vitest'
import { mount } from '../../preview/testing/mount.js'
import { LOGGED_IN, quiet } from '../answers.mjs'

const opened = []

afterEach(async () => {
  for (const { app, waiting } of opened) await app.until(() => waiting.size === 0)
  await setImmediate()
  const errors = opened.flatMap(({ app }) => app.errors)
  opened.splice(0).forEach(({ app }) => app.close())
  expect(errors).toEqual([])
})

/** Answers that are counted while they are on their way. */
function counted(api, waiting) {
  const count = (answer) => async (call) => {
    waiting.add(call)
    try {
      return await answer(call)
    } finally {
      waiting.delete(call)
    }
  }
  return Object.fromEntries(Object.entries(api).map(([name, answer]) => [name, count(answer)]))
}

export async function open(address, { api = {}, ...rest } = {}) {
  const waiting = new Set()
  const app = await mount(address, { api: counted(quiet(api), waiting), storage: LOGGED_IN, ...rest })
  opened.push({ app, waiting })
  return app
}
