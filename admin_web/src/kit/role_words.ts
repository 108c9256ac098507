/** What a role may do, in a line. */

import type { PermissionTree, Role } from '@/api/types'
import { options } from '@/labels'

const SHOWN = 4
/** In the order of the menu. */
const WORDS = options('Permission')

/** The first few of its permissions, and how many there are. */
export function permissionsLine(role: Role): string {
  if (role.permissions.length === 0) return '没有任何权限'
  const words = WORDS.filter(({ value }) => role.permissions.includes(value)).slice(0, SHOWN).map((one) => one.label)
  return role.permissions.length > SHOWN ? `${words.join('、')} 等 ${role.permissions.length} 项` : words.join('、')
}

/** What such a job is, where it is one of the usual ones and nothing was changed in it; else what it is made of. */
export function roleLine(role: Role, presets: PermissionTree['presets']): string {
  const has = new Set<string>(role.permissions)
  const usual = presets.find((one) => one.permissions.length === has.size && one.permissions.every((name) => has.has(name)))
  return usual?.note ?? permissionsLine(role)
}
