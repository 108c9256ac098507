/** What can be done about a member of staff, by the names of `allowed_actions`, and the question before it. */

import { deleteStaff, disableStaff, enableStaff, endLogIns, resetPassword, resetSecondFactor } from '@/api/staff'
import type { OneTimePassword, StaffMember } from '@/api/types'
import { tellTrouble } from '@/kit/toast'

export interface StaffAction {
  key: string
  title: string
  question: (row: StaffMember) => string
  /** A password that is told once, where one is made. */
  ask: (id: string) => Promise<OneTimePassword | null>
  /** Afterwards there is nobody to show any more. */
  leaves?: boolean
}

async function quietly(done: Promise<unknown>): Promise<null> {
  await done
  return null
}

async function remove(id: string): Promise<null> {
  const { is_kept } = await deleteStaff(id)
  if (is_kept) tellTrouble('这位员工留下过操作记录：账号已停用并去掉姓名，记录保留。')
  return null
}

export const staffActions: readonly StaffAction[] = [
  {
    key: 'reset_password',
    title: '重置密码',
    question: (row) => `将给 ${row.name}（${row.account}）一个新的一次性密码，原密码作废，所有设备立即退出。`,
    ask: resetPassword,
  },
  {
    key: 'log_out',
    title: '强制退出',
    question: (row) => `${row.name} 在所有设备上立即退出，没有保存的内容会丢失。`,
    ask: (id) => quietly(endLogIns(id)),
  },
  {
    key: 'reset_second_factor',
    title: '解除二次验证',
    question: (row) => `${row.name} 原来的验证器和备用码全部作废，所有设备立即退出。请先确认是本人提出的。`,
    ask: (id) => quietly(resetSecondFactor(id)),
  },
  {
    key: 'disable',
    title: '停用',
    question: (row) => `${row.name}（${row.account}）立即退出，不能再登录；以后可以重新启用。`,
    ask: (id) => quietly(disableStaff(id)),
  },
  {
    key: 'enable',
    title: '启用',
    question: (row) => `${row.name}（${row.account}）可以重新登录。`,
    ask: (id) => quietly(enableStaff(id)),
  },
  {
    key: 'delete',
    title: '删除',
    question: (row) =>
      row.last_login_at
        ? `${row.name}（${row.account}）登录过：账号会停用并去掉姓名，操作记录保留。不能恢复。`
        : `${row.name}（${row.account}）从未登录过，将彻底删除。不能恢复。`,
    ask: remove,
    leaves: true,
  },
]
