/// <reference types="vitest/config" />
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

import vue from '@vitejs/plugin-vue'
import { defineConfig, type Plugin } from 'vite'

// Where `npm run dev` finds the API.
const API = process.env.ADMIN_API_URL ?? 'http://127.0.0.1:8080'
const TEXT = /\.(js|css|html|svg)$/
const LEAST_BYTES = 512

/** Beside each text file the same compressed: the API serves it to browsers that take it (backend/api/pages/static_web.py). */
function compressed(): Plugin {
  let folder = ''
  return {
    name: 'compressed',
    apply: 'build',
    configResolved: (config) => {
      folder = resolve(config.root, config.build.outDir)
    },
    closeBundle: () => {
      for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => TEXT.test(name))) {
        const content = readFileSync(join(folder, name))
        if (content.length >= LEAST_BYTES) writeFileSync(join(folder, `${name}.gz`), gzipSync(content, { level: 9 }))
      }
    },
  }
}

export default defineConfig({
  // The API serves the built pages under this address (backend/api/pages/static_web.py).
  base: '/admin/',
  // No component of ours or of our libraries is written with options: Vue's code for them is left out.
  plugins: [vue({ features: { optionsAPI: false } }), compressed()],
  resolve: {
    alias: [
      { find: '@', replacement: fileURLToPath(new URL('./src', import.meta.url)) },
      { find: '@ctrl/tinycolor', replacement: fileURLToPath(new URL('./src/kit/no_colours.ts', import.meta.url)) },
      // what Element Plus says where no language is given: ours
      { find: /^.*\/lang\/en\.mjs$/, replacement: 'element-plus/es/locale/lang/zh-cn.mjs' },
    ],
  },
  build: {
    target: 'es2022',
    // Which files a page loads: its bytes are checked (scripts/front_ends/sizes.py).
    manifest: true,
    // A data: URL of a script or style would break the content security policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  server: {
    proxy: {
      '/api': API,
      '/ws': { target: API, ws: true, changeOrigin: true },
    },
  },
  test: {
    environment: 'happy-dom',
    // for hangs: a machine with much other work is ten times slower
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/setup.ts'],
  },
})
