/** Hands a file to the browser to be saved. */
import type { NamedFile } from '@/api/file_name'

const REVOKE_AFTER_MS = 10_000

export function saveFile({ content, name }: NamedFile): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), REVOKE_AFTER_MS)
}
