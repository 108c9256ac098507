/** The Chinese of what stands in the audit log. What nobody listed here is shown as it was written. */

import { formatFen } from '@/format/money'
import { labels } from '@/labels/generated'

export const ACTIONS: Readonly<Record<string, string>> = {
  'adjustment.approve': '批准余额调整',
  'adjustment.ask': '申请余额调整',
  'adjustment.decline': '拒绝余额调整',
  'adjustment.do_alone': '调整余额（额度内）',
  'agreement.accept': '同意协议',
  'agreement.draft': '起草协议',
  'agreement.edit': '修改协议草稿',
  'agreement.publish': '发布协议',
  'connector.qr_replace': '更换枪的二维码',
  'connector.release': '解除插枪占用',
  'debt.pay': '用余额补缴欠费',
  'driver.freeze': '冻结车主',
  'driver.log_in': '车主登录',
  'driver.unfreeze': '解冻车主',
  'export.ask': '导出列表',
  'export.cancel': '取消导出',
  'export.retry': '继续导出',
  'export.take': '下载导出的文件',
  'holiday.fill': '填入节假日',
  'holiday.save': '修改节假日',
  'operator.create': '新建运营商',
  'operator.disable': '停用运营商',
  'operator.edit': '修改运营商',
  'operator.enable': '启用运营商',
  'payment.create': '发起充值',
  'driver.avatar': '修改头像',
  'driver.nickname': '修改昵称',
  'driver.phone': '绑定或解除手机号',
  'pay_password.change': '修改支付密码',
  'pay_password.close': '支付密码暂停使用',
  'pay_password.reset': '重新设置支付密码',
  'pay_password.set': '设置支付密码',
  'pay_password.switch': '开启或关闭支付密码',
  'pile.add': '新增充电桩',
  'pile.edit': '修改充电桩',
  'pile.move': '移动充电桩',
  'pile.out_of_service': '暂停或恢复充电桩',
  'pile.retire': '充电桩退役',
  'pile.secret_replace': '更换桩密钥',
  'pile.secret_revoke': '吊销桩密钥',
  'policy.edit': '修改充电策略',
  'quarantine.close': '处理异常桩消息',
  'role.create': '新建角色',
  'role.delete': '删除角色',
  'role.edit': '修改角色',
  'session.decide': '核对充电',
  'session.start': '开始充电',
  'session.stop': '停止充电',
  'session.test': '试充电',
  'staff.add': '新增员工',
  'staff.begin': '建立第一位管理员',
  'staff.change_password': '修改密码',
  'staff.delete': '删除员工',
  'staff.disable': '停用员工',
  'staff.drop_second_factor': '停用自己的二次验证',
  'staff.edit': '修改员工',
  'staff.enable': '启用员工',
  'staff.enrol_second_factor': '启用二次验证',
  'staff.lock': '账号被锁定',
  'staff.log_in': '员工登录',
  'staff.log_out': '强制退出登录',
  'staff.renew_backup_codes': '更换备用码',
  'staff.reset_password': '重置密码',
  'staff.reset_second_factor': '重置二次验证',
  'station.close': '关闭充电站',
  'station.create': '新建充电站',
  'station.edit': '修改充电站',
  'station.open': '重新开放充电站',
  'tariff.create': '新建计费模型',
  'tariff.edit': '修改计费模型草稿',
  'tariff.publish': '发布计费模型',
}

export const OBJECTS: Readonly<Record<string, string>> = {
  adjustment: '余额调整',
  agreement: '协议',
  connector: '充电枪',
  driver: '车主',
  export: '导出',
  operator: '运营商',
  order: '充电订单',
  payment: '支付单',
  pile: '充电桩',
  policy: '充电策略',
  quarantine: '异常桩消息',
  role: '角色',
  session: '充电过程',
  staff: '员工',
  station: '充电站',
  tariff: '计费模型',
}

const FIELDS: Readonly<Record<string, string>> = {
  account: '账号',
  address: '地址',
  adjustment_limit_fen: '每天可直接调整的余额',
  amount_fen: '金额',
  before_fen: '原来的账单',
  channel: '支付渠道',
  city: '城市',
  connector_no: '枪编号',
  debt_fen: '欠费',
  decision: '核对结论',
  district: '区县',
  driver_no: '车主',
  energy_wh: '电量（瓦时）',
  failed_logins: '连续输错次数',
  hold_fen: '预冻结',
  is_enabled: '启用',
  is_new: '新车主',
  is_on: '开启',
  is_visible: '对车主显示',
  kind: '种类',
  name: '名称',
  note: '说明',
  number: '第几次',
  opening_hours: '营业时间',
  parking_fee: '停车费',
  permissions: '权限',
  pile_no: '桩编号',
  reason: '原因',
  refunds_locked_until: '暂停退款至',
  role: '角色',
  service_hours: '客服时间',
  service_phone: '客服电话',
  stations: '充电站',
  told: '给车主看的说明',
  text_chars: '正文字数',
  title: '标题',
  total_fen: '合计',
  version: '版本',
  wrong: '输错次数',
}

const ENUMS: readonly (keyof typeof labels)[] = ['Decision', 'StopReason', 'AgreementKind', 'Permission', 'Channel'].filter(
  (name): name is keyof typeof labels => name in labels,
)

/** One fact of an entry: before and after where it was changed, else only `after`. */
export interface Fact {
  field: string
  before: string | null
  after: string | null
}

export interface Told {
  facts: Fact[]
  reason: string
  /** What could not be read, as it was written. */
  raw: string
}

export function actionWord(action: string): string {
  return ACTIONS[action] ?? action
}

export function objectWord(kind: string): string {
  return OBJECTS[kind] ?? kind
}

export function fieldWord(field: string): string {
  const policy: Readonly<Record<string, string>> = labels.PolicyName
  return FIELDS[field] ?? policy[field] ?? field
}

/** What a detail says; whatever it is, something can be shown. */
export function readDetail(detail: string): Told {
  let parsed: unknown
  try {
    parsed = JSON.parse(detail || '{}')
  } catch {
    return { facts: [], reason: '', raw: detail }
  }
  if (!isObject(parsed)) return { facts: [], reason: '', raw: detail }
  const { before, after, reason, ...rest } = parsed
  const facts: Fact[] = []
  const [old, now] = [isObject(before) ? before : {}, isObject(after) ? after : {}]
  for (const field of new Set([...Object.keys(old), ...Object.keys(now)])) {
    facts.push({ field, before: field in old ? valueWord(field, old[field]) : null, after: field in now ? valueWord(field, now[field]) : null })
  }
  for (const [field, value] of Object.entries({ ...rest, ...(isObject(before) ? {} : { before }), ...(isObject(after) ? {} : { after }) })) {
    if (value === undefined) continue
    const pair = pairOf(value)
    facts.push(pair === null ? { field, before: null, after: valueWord(field, value) } : { field, before: valueWord(field, pair[0]), after: valueWord(field, pair[1]) })
  }
  return { facts, reason: typeof reason === 'string' ? reason : reason === undefined ? '' : valueWord('reason', reason), raw: '' }
}

/** One line of what an entry says, for its row. */
export function summaryOf(detail: string): string {
  const { facts, reason, raw } = readDetail(detail)
  if (raw) return raw
  const told = facts.map(({ field, before, after }) => `${fieldWord(field)} ${before === null ? '' : `${before} → `}${after ?? '—'}`)
  return [...told, ...(reason ? [`原因：${reason}`] : [])].join('；')
}

function valueWord(field: string, value: unknown): string {
  if (value === null || value === undefined || value === '') return '（空）'
  if (typeof value === 'boolean') return value ? '是' : '否'
  if (typeof value === 'number') return field.endsWith('_fen') ? formatFen(value) : field.endsWith('_s') ? `${value} 秒` : String(value)
  if (Array.isArray(value)) return value.map((one) => valueWord(field, one)).join('、') || '（空）'
  if (typeof value === 'object') return JSON.stringify(value)
  return typeof value === 'string' ? enumWord(value) : ''
}

function enumWord(value: string): string {
  for (const name of ENUMS) {
    const words: Readonly<Record<string, string>> = labels[name]
    const word = words[value]
    if (word !== undefined) return word
  }
  return value
}

/** `{before, after}` or `[before, after]` of one field, as some entries are written. */
function pairOf(value: unknown): [unknown, unknown] | null {
  if (isObject(value) && Object.keys(value).length === 2 && 'before' in value && 'after' in value) return [value.before, value.after]
  return null
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
