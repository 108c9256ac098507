/** What ECharts may be given: only what ChartCanvas.vue loads. */

import type { BarSeriesOption, LineSeriesOption } from 'echarts/charts'
import type { GridComponentOption, TooltipComponentOption } from 'echarts/components'
import type { ComposeOption } from 'echarts/core'

export type ChartOption = ComposeOption<BarSeriesOption | LineSeriesOption | GridComponentOption | TooltipComponentOption>

/** Reads one of the desk's tokens: a canvas knows no CSS variables. */
export type Colour = (token: string) => string
