/** The parts of the analysis, each loaded when it is opened. */

import { defineAsyncComponent, type Component } from 'vue'

import type { Tab } from '@/kit/details/tabs'

interface Part extends Tab {
  view: Component
}

export const PARTS: readonly Part[] = [
  { key: 'trend', title: '趋势', view: defineAsyncComponent(() => import('./TrendTab.vue')) },
  { key: 'regions', title: '高峰地区', view: defineAsyncComponent(() => import('./RegionTab.vue')) },
  { key: 'hours', title: '高峰时段', view: defineAsyncComponent(() => import('./HourTab.vue')) },
  { key: 'piles', title: '桩排行', view: defineAsyncComponent(() => import('./PileTab.vue')) },
  { key: 'bands', title: '尖峰平谷', view: defineAsyncComponent(() => import('./BandTab.vue')) },
  { key: 'failures', title: '启动失败', view: defineAsyncComponent(() => import('./FailureTab.vue')) },
  { key: 'drivers', title: '车主', view: defineAsyncComponent(() => import('./DriverTab.vue')) },
  { key: 'ways', title: '支付方式', view: defineAsyncComponent(() => import('./WayTab.vue')) },
]
