/** What each step of the checklist is called, and where it is done. */

import type { Checklist } from '@/api/types'

type Step = Checklist['steps'][number]['step']

interface Words {
  title: string
  note: string
  action: string
  /** The page where it is done; no link where there is none. */
  route: string
}

export const words: Record<Step, Words> = {
  station: { title: '建站', note: '名称、位置和营业时间', action: '新建充电站', route: 'station-new' },
  tariff: { title: '设价', note: '做好分时电价和服务费，让充电站选用', action: '设置计费模型', route: 'tariffs' },
  pile: { title: '加桩', note: '登记充电桩，把密钥填进桩里，等它上线', action: '新增充电桩', route: 'pile-new' },
  label: { title: '贴码', note: '在充电站页面打印二维码，贴到每把枪上', action: '选充电站，打印二维码', route: 'stations' },
  colleague: { title: '请同事', note: '给同事开通账号，各管各的事', action: '新增员工', route: 'staff-new' },
  charge: { title: '第一次充电', note: '像车主一样扫码充一次，看看账单', action: '查看充电订单', route: 'orders' },
}
