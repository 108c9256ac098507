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
  'channel_account.create': '新建收款账户',
  'channel_account.disable': '停用收款账户',
  'channel_account.edit': '修改收款账户',
  'channel_account.enable': '启用收款账户',
  'channel_account.replace_keys': '更换收款账户的密钥',
  'connector.qr_replace': '更换枪的二维码',
  'connector.release': '解除插枪占用',
  'debt.pay': '用余额补缴欠费',
  'driver.delete': '注销车主',
  'driver.freeze': '冻结车主',
  'driver.log_in': '车主登录',
  'driver.phone_search': '按手机号查找车主',
  'driver.phone_shown': '查看车主手机号',
  'driver.unfreeze': '解冻车主',
  'export.ask': '导出列表',
  'export.cancel': '取消导出',
  'export.retry': '继续导出',
  'export.take': '下载导出的文件',
  'holiday.fill': '填入节假日',
  'holiday.save': '修改节假日',
  'idle_fee.waive': '免除占位费',
  'movement_view.drop': '删除常用筛选',
  'movement_view.keep': '保存常用筛选',
  'movement_view.rename': '常用筛选改名',
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
  'pile.delete': '删除充电桩',
  'pile.edit': '修改充电桩',
  'pile.move': '移动充电桩',
  'pile.in_service': '恢复充电桩',
  'pile.out_of_service': '停用充电桩',
  'pile.print_labels': '打印二维码',
  'pile.retire': '充电桩退役',
  'pile.secret_issue': '发放桩密钥',
  'pile.secret_replace': '更换桩密钥',
  'pile.secret_revoke': '吊销桩密钥',
  'policy.edit': '修改充电策略',
  'quarantine.close': '处理异常桩消息',
  'refund.create': '发起退款',
  'refund.pay_out': '登记已转账的退款',
  'refund.retry': '重试退款',
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
  'station.hide': '对车主隐藏充电站',
  'station.open': '重新开放充电站',
  'station.show': '对车主显示充电站',
  'tariff.create': '新建计费模型',
  'tariff.draft.begin': '起草计费模型',
  'tariff.draft.discard': '删除计费模型草稿',
  'tariff.draft.save': '保存计费模型草稿',
  'tariff.edit': '修改计费模型草稿',
  'tariff.publish': '发布计费模型',
  'tariff.rename': '计费模型改名',
  'tariff.retire': '停用计费模型',
  'tariff.withdraw': '撤回计费模型版本',
}

/** Of these, what did not fit is the last part of the action. */
const UNFIT: Readonly<Record<string, string>> = {
  'payment.mismatch': '支付结果与支付单不符',
  'refund.contradicted': '退款结果前后矛盾',
  'refund.mismatch': '退款结果与退款单不符',
}

export const OBJECTS: Readonly<Record<string, string>> = {
  adjustment: '余额调整',
  agreement: '协议',
  channel_account: '收款账户',
  connector: '充电枪',
  driver: '车主',
  export: '导出',
  holiday_calendar: '节假日',
  movement_view: '常用筛选',
  operator: '运营商',
  order: '充电订单',
  payment: '支付单',
  pile: '充电桩',
  policy: '充电策略',
  quarantine: '异常桩消息',
  refund: '退款',
  refund_part: '退款的一部分',
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
  amenities: '服务设施',
  amount_fen: '金额',
  application_no: '应用编号',
  before_fen: '原来的账单',
  changed: '改动的方案',
  channel: '支付渠道',
  city: '城市',
  connector_no: '枪编号',
  construction: '建设场所',
  copy_of: '复制自第几版',
  debt_fen: '欠费',
  decision: '核对结论',
  district: '区县',
  division_code: '区划代码',
  driver_no: '车主',
  effective_from: '生效时间',
  energy_wh: '电量（瓦时）',
  expires_on: '到期日',
  failed_logins: '连续输错次数',
  format: '格式',
  guns: '枪数',
  hold_fen: '预冻结',
  hours: '营业时段',
  idle_fee: '占位费',
  is_enabled: '启用',
  is_new: '新车主',
  is_on: '开启',
  is_visible: '对车主显示',
  kind: '种类',
  labels: '标签张数',
  lat_e6: '纬度',
  lng_e6: '经度',
  log_ins_ended: '退出的登录',
  merchant_no: '商户号',
  mode: '接入方式',
  model: '型号',
  name: '名称',
  needs_second_factor: '要求二次验证',
  note: '说明',
  number: '第几次',
  opening_hours: '营业时间',
  owner_no: '产权方编号',
  parking_fee: '停车费',
  parking_info: '车位信息',
  parking_spaces: '车位数',
  permissions: '权限',
  photos: '照片',
  pile_no: '桩编号',
  rated_w: '额定功率（瓦）',
  reason: '原因',
  refunds_locked_until: '暂停退款至',
  remark: '备注',
  role: '角色',
  rows: '行数',
  service_hours: '客服时间',
  service_phone: '客服电话',
  site_guide: '找站指引',
  sort_order: '排序',
  state: '状态',
  station_no: '充电站编号',
  station_phone: '站点电话',
  station_type: '站点类型',
  stations: '充电站',
  sub_merchant_no: '特约商户号',
  suited_cars: '适用车型',
  tariff_id: '计费模型（序号）',
  tariff_no: '计费模型编号',
  text_chars: '正文字数',
  title: '标题',
  told: '给车主看的说明',
  total_fen: '合计',
  uses_certificates: '用平台证书验签',
  vendor: '厂商',
  version: '版本',
  wrong: '输错次数',
  years: '年份',
}

const ENUMS: readonly (keyof typeof labels)[] = ['Decision', 'StopReason', 'AgreementKind', 'Permission', 'Channel', 'ExportKind', 'ExportFormat', 'OrderState', 'AccountMode']

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
  return ACTIONS[action] ?? UNFIT[action.split('.', 2).join('.')] ?? action
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
