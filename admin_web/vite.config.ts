/// <reference types="vitest/config" />
import { fileURLToPath } from 'node:url'

import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

// Where `npm run dev` finds the API.
const API = process.env.ADMIN_API_URL ?? 'http://127.0.0.1:8080'

export default defineConfig({
  // The API serves the built pages under this address (backend/api/pages/static_web.py).
  base: '/admin/',
  plugins: [vue()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: 'es2022',
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
