import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.mjs'],
    // for hangs: the first page test compiles the mini-program, on a busy machine ten times slower
    testTimeout: 240_000,
    hookTimeout: 240_000,
    maxWorkers: 2,
    globalSetup: './preview/testing/setup.js',
  },
})
