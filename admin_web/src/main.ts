import { createApp, watch } from 'vue'

import './styles/element.css'
import './styles/tokens.css'
import './styles/base.css'

import App from './App.vue'
import { router } from './router'
import { watchNetwork } from './state/live'
import { isOnline } from './state/online'
import { restore } from './state/staff'

/** A page from before an update misses files of its own: the new one is loaded, but never in a circle. */
const RELOADED = 'xinxiang.admin.reloaded'
const LEAST_BETWEEN_MS = 10_000

let isMissing = false

watch(isOnline, (isBack) => {
  if (isBack && isMissing) reload()
})

function reload(): void {
  sessionStorage.setItem(RELOADED, String(Date.now()))
  location.reload()
}

addEventListener('vite:preloadError', (event) => {
  // With the network cut there is nothing to load: the page that is there stays until it is back.
  if (!isOnline.value) {
    isMissing = true
    return
  }
  if (Date.now() - Number(sessionStorage.getItem(RELOADED)) < LEAST_BETWEEN_MS) return
  event.preventDefault()
  reload()
})

restore()
watchNetwork()
createApp(App).use(router).mount('#app')
