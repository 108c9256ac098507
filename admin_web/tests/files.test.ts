/** Files are saved under the name that the server gives them. */

import { expect, test } from 'vitest'

import { nameOf } from '@/api/file_name'

test('a file has the name of its answer, and one of ours where the answer gives none', () => {
  const told = `attachment; filename="file"; filename*=UTF-8''${encodeURIComponent('二维码标签-东站-A4.pdf')}`
  expect(nameOf(new Response(null, { headers: { 'Content-Disposition': told } }), '下载')).toBe('二维码标签-东站-A4.pdf')
  expect(nameOf(new Response(null), '下载')).toBe('下载')
})
