/** To the clipboard, and said so; a browser that does not allow it is said too. */

import { tellDone, tellTrouble } from './toast'

export async function copyText(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    tellDone(done)
  } catch {
    tellTrouble('浏览器不允许复制，请手动选择后复制。')
  }
}
