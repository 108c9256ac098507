// What the mini-program may use: the platform's globals and no browser, so that `window` or `document` fail here
// and not on a phone.
const js = require('@eslint/js')

const PLATFORM = ['wx', 'App', 'Page', 'Component', 'getApp', 'getCurrentPages', 'console']
const TIMERS = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval']
const COMMONJS = { require: 'readonly', module: 'writable' }

const readonly = (names) => Object.fromEntries(names.map((name) => [name, 'readonly']))

const SHARED_RULES = {
  eqeqeq: 'error',
  'prefer-const': 'error',
  'no-var': 'error',
  'no-shadow': 'error',
  'no-unused-vars': ['error', { args: 'after-used', caughtErrors: 'none' }],
  'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
  'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
}

module.exports = [
  { ignores: ['preview/', 'src/miniprogram_npm/', 'src/labels/generated.js'] },
  js.configs.recommended,
  {
    files: ['src/**/*.js'],
    languageOptions: {
      ecmaVersion: 2020,
      sourceType: 'commonjs',
      globals: { ...readonly([...PLATFORM, ...TIMERS]), ...COMMONJS },
    },
    rules: { ...SHARED_RULES, 'no-console': 'error' },
  },
  {
    files: ['src/api/request.js'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['src/**/*.js'],
    ignores: ['src/api/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'wx', property: 'request', message: 'Only src/api makes requests.' },
        { object: 'wx', property: 'connectSocket', message: 'Only src/api opens sockets.' },
      ],
    },
  },
  {
    files: ['eslint.config.js'],
    languageOptions: { sourceType: 'commonjs', globals: COMMONJS },
  },
  {
    files: ['test/**/*.mjs', 'drawings/*.mjs', 'vitest.config.mjs'],
    languageOptions: {
      ecmaVersion: 2022,
      sourceType: 'module',
      globals: readonly([...TIMERS, 'globalThis', 'URL', 'process', 'Buffer', 'console']),
    },
    rules: SHARED_RULES,
  },
]
