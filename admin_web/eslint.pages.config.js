// The scripts of the pile's page (backend/api/pages): one script in a browser of any age, so no modules and no newer syntax.
import tseslint from 'typescript-eslint'
import globals from 'globals'

export default tseslint.config({
  files: ['**/*.js'],
  extends: [tseslint.configs.eslintRecommended],
  languageOptions: { ecmaVersion: 2019, sourceType: 'script', globals: { ...globals.browser, guestView: 'readonly' } },
  rules: {
    // what the older syntax has no other word for
    ...Object.fromEntries(['no-var', 'prefer-const', 'prefer-rest-params', 'prefer-spread'].map((name) => [name, 'off'])),
    eqeqeq: 'error',
    'no-undef': 'error',
    'no-redeclare': ['error', { builtinGlobals: false }],
    'no-shadow': ['error', { builtinGlobals: false, allow: ['sessionNo', 'order'] }],
    'no-unused-vars': ['error', { args: 'after-used', caughtErrors: 'none' }],
    'no-use-before-define': ['error', { functions: false, variables: false }],
    'no-console': 'error',
    'no-eval': 'error',
    'no-implied-eval': 'error',
    'max-lines': ['error', { max: 300 }],
    'no-restricted-properties': [
      'error',
      { property: 'innerHTML', message: 'Texts go in as text.' },
      { property: 'outerHTML', message: 'Texts go in as text.' },
      { object: 'document', property: 'write', message: 'Texts go in as text.' },
    ],
  },
})
