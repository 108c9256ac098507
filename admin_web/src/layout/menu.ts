/** What the menu lists: only pages that exist. */

import { Document, HomeFilled, Lightning, OfficeBuilding, SetUp, Warning } from '@element-plus/icons-vue'
import type { Component } from 'vue'

import type { Permission } from '@/state/staff'

export interface MenuEntry {
  name: string
  title: string
  note: string
  icon: Component
  permission: Permission
}

export const menu: readonly MenuEntry[] = [
  { name: 'home', title: '首页', note: '今日运营', icon: HomeFilled, permission: 'dashboard.read' },
  { name: 'stations', title: '充电站', note: '电价与空闲', icon: OfficeBuilding, permission: 'station.read' },
  { name: 'piles', title: '充电桩', note: '实时状态', icon: SetUp, permission: 'pile.read' },
  { name: 'sessions', title: '充电过程', note: '正在进行', icon: Lightning, permission: 'order.read' },
  { name: 'orders', title: '充电订单', note: '账单与记账', icon: Document, permission: 'order.read' },
  { name: 'quarantine', title: '桩消息隔离', note: '不能采信的消息', icon: Warning, permission: 'quarantine.read' },
]
