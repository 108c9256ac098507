/** What the menu lists: only pages that exist. */

import {
  Avatar,
  Briefcase,
  Calendar,
  Coin,
  CreditCard,
  Document,
  Download,
  HomeFilled,
  Key,
  Lightning,
  Notebook,
  OfficeBuilding,
  Operation,
  PriceTag,
  Search,
  SetUp,
  Stamp,
  Tickets,
  TrendCharts,
  Van,
  Wallet,
  Warning,
} from '@element-plus/icons-vue'
import type { Component } from 'vue'

import type { Permission } from '@/state/staff'

/** In the order of the menu. */
export const GROUPS = ['首页', '场站', '交易', '运维', '系统'] as const

export interface MenuEntry {
  name: string
  group: (typeof GROUPS)[number]
  title: string
  note: string
  icon: Component
  permission: Permission
}

export const menu: readonly MenuEntry[] = [
  { name: 'home', group: '首页', title: '首页', note: '今日运营', icon: HomeFilled, permission: 'dashboard.read' },
  { name: 'analysis', group: '首页', title: '运营分析', note: '趋势、高峰和排行', icon: TrendCharts, permission: 'analysis.read' },
  { name: 'stations', group: '场站', title: '充电站', note: '电价与空闲', icon: OfficeBuilding, permission: 'station.read' },
  { name: 'piles', group: '场站', title: '充电桩', note: '实时状态', icon: SetUp, permission: 'pile.read' },
  { name: 'tariffs', group: '场站', title: '计费模型', note: '日方案与版本', icon: PriceTag, permission: 'tariff.read' },
  { name: 'holidays', group: '场站', title: '节假日', note: '哪天按节假日计价', icon: Calendar, permission: 'tariff.read' },
  { name: 'movements', group: '交易', title: '交易查询', note: '充电、充值和退款，查得到、加得清', icon: Search, permission: 'order.read' },
  { name: 'sessions', group: '交易', title: '充电过程', note: '正在进行', icon: Lightning, permission: 'order.read' },
  { name: 'orders', group: '交易', title: '充电订单', note: '账单与记账', icon: Document, permission: 'order.read' },
  { name: 'payments', group: '交易', title: '充值与退款', note: '充值记录与退款进度', icon: Wallet, permission: 'refund.read' },
  { name: 'adjustments', group: '交易', title: '余额调整', note: '补偿、扣回与审批', icon: Coin, permission: 'adjustment.read' },
  { name: 'drivers', group: '交易', title: '车主', note: '余额、充电和冻结', icon: Van, permission: 'driver.read' },
  { name: 'exports', group: '交易', title: '导出记录', note: '导出好的文件', icon: Download, permission: 'export.make' },
  { name: 'quarantine', group: '运维', title: '异常桩消息', note: '没有采用、等人核对的消息', icon: Warning, permission: 'quarantine.read' },
  { name: 'staff', group: '系统', title: '员工', note: '账号与登录', icon: Avatar, permission: 'staff.read' },
  { name: 'roles', group: '系统', title: '角色', note: '谁能做什么', icon: Key, permission: 'staff.read' },
  { name: 'operators', group: '系统', title: '运营商', note: '各自的站与设置', icon: Briefcase, permission: 'operator.read' },
  { name: 'channel-accounts', group: '系统', title: '收款账户', note: '运营商自己收预付款', icon: CreditCard, permission: 'channel_account.read' },
  { name: 'policy', group: '系统', title: '充电策略', note: '预冻结、时限、等待', icon: Operation, permission: 'policy.read' },
  { name: 'agreements', group: '系统', title: '协议', note: '车主同意的文字', icon: Tickets, permission: 'agreement.edit' },
  { name: 'audit', group: '系统', title: '操作日志', note: '谁改了什么', icon: Notebook, permission: 'audit.read' },
  { name: 'log-ins', group: '系统', title: '登录日志', note: '谁登录、谁被拒绝', icon: Stamp, permission: 'login_log.read' },
]

/** The groups of what these permissions open, each with its entries. */
export function menuOf(permissions: readonly string[]): { group: string; entries: readonly MenuEntry[] }[] {
  return GROUPS.map((group) => ({
    group,
    entries: menu.filter((entry) => entry.group === group && permissions.includes(entry.permission)),
  })).filter(({ entries }) => entries.length > 0)
}
