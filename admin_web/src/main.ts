import { createApp } from 'vue'

import './styles/element.css'
import './styles/tokens.css'
import './styles/base.css'

import App from './App.vue'
import { router } from './router'
import { watchNetwork } from './state/live'
import { restore } from './state/staff'

/** A page from before an update misses files of its own: the new one is loaded, but never in a circle. */
const RELOADED = 'xinxiang.admin.reloaded'
const LEAST_BETWEEN_MS = 10_000

addEventListener('vite:preloadError', (event) => {
  if (Date.now() - Number(sessionStorage.getItem(RELOADED)) < LEAST_BETWEEN_MS) return
  event.preventDefault()
  sessionStorage.setItem(RELOADED, String(Date.now()))
  location.reload()
})

restore()
watchNetwork()
createApp(App).use(router).mount('#app')
