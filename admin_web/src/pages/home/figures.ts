/** The five figures of a day, in the words and order of the operators' manual. */

import type { DaySums } from '@/api/types'
import { formatFen, groupThousands } from '@/format/money'
import { formatKwh } from '@/format/measure'
import { formatDuration } from '@/format/time'

export interface Figure {
  name: string
  of: (sums: DaySums) => number | null
  format: (value: number) => string
  unit: string
}

export const figures: readonly Figure[] = [
  { name: '充值金额', of: (sums) => sums.top_up_fen, format: formatFen, unit: '' },
  { name: '充电金额', of: (sums) => sums.charging_fen, format: formatFen, unit: '' },
  { name: '充电度数', of: (sums) => sums.energy_wh, format: formatKwh, unit: '度' },
  { name: '充电次数', of: (sums) => sums.charges, format: groupThousands, unit: '次' },
  { name: '充电时长', of: (sums) => sums.duration_s, format: formatDuration, unit: '' },
]
