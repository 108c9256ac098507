/** Every test starts with an empty page and an empty browser store. */
import { beforeEach } from 'vitest'

beforeEach(() => {
  document.body.innerHTML = ''
  localStorage.clear()
})
