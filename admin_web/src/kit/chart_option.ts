/** What ECharts may be given: only what ChartCanvas.vue loads. */

import type { LineSeriesOption } from 'echarts/charts'
import type { GridComponentOption, TooltipComponentOption } from 'echarts/components'
import type { ComposeOption } from 'echarts/core'

export type ChartOption = ComposeOption<LineSeriesOption | GridComponentOption | TooltipComponentOption>
