import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.mjs'],
    // compiles the mini-program once for all page tests
    testTimeout: 60_000,
    maxWorkers: 2,
    globalSetup: './preview/testing/setup.js',
  },
})
