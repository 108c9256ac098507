/** Files that the server names: what they hold, and how they are to be saved. */

export interface NamedFile {
  content: Blob
  name: string
}

/** The name that an answer gives its file (RFC 5987), else `otherwise`. */
export function nameOf(answer: Response, otherwise: string): string {
  const told = /filename\*=UTF-8''([^;]+)/.exec(answer.headers.get('Content-Disposition') ?? '')
  return told?.[1] ? decodeURIComponent(told[1]) : otherwise
}
