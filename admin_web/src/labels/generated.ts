// Generated from backend/domain/README.md by `python -m scripts.front_ends.labels`; not edited by hand.
export const labels = {
  "SessionState": {
    "created": "已创建",
    "awaiting_payment": "待支付",
    "starting": "启动中",
    "charging": "充电中",
    "stopping": "停止中",
    "ended": "已结束，待结算",
    "settled": "已结算",
    "failed": "启动失败",
    "review": "核对中"
  },
  "Decision": {
    "bill_record": "按桩的记录计费",
    "bill_register": "按指定读数计费",
    "bill_nothing": "不收费"
  },
  "StopReason": {
    "driver_app": "车主在小程序停止",
    "driver_pile": "车主在桩上停止",
    "car_full": "已充满",
    "car_stopped": "车辆停止充电",
    "limit_reached": "达到设定上限",
    "balance_exhausted": "余额用完",
    "staff": "工作人员停止",
    "platform": "平台停止",
    "unplugged": "充电枪被拔出",
    "fault": "设备故障",
    "power_lost": "设备断电",
    "emergency": "急停按钮按下",
    "start_failed": "启动失败",
    "provisional": "通信中断，暂按已知电量结算",
    "unknown": "未知原因"
  },
  "FailureReason": {
    "rejected_by_pile": "充电桩拒绝启动",
    "pile_offline": "充电桩离线",
    "start_expired": "启动指令超时",
    "start_timeout": "充电桩未按时启动",
    "not_plugged": "未插枪",
    "fault": "设备故障",
    "cancelled_by_driver": "车主已取消",
    "cancelled_by_staff": "工作人员已取消",
    "payment_timeout": "超时未支付",
    "no_energy": "未充入电量",
    "unknown": "未知原因"
  },
  "PayerKind": {
    "driver": "车主",
    "partner": "互联互通伙伴"
  },
  "ConnectorStatus": {
    "offline": "离线",
    "idle": "空闲",
    "plugged": "已插枪",
    "charging": "充电中",
    "suspended_ev": "车辆暂停",
    "suspended_pile": "充电桩暂停",
    "finishing": "充电完成，待拔枪",
    "reserved": "已预约",
    "faulted": "故障",
    "unavailable": "停用"
  },
  "ConnectorGroup": {
    "free": "空闲",
    "plugged": "占用",
    "charging": "充电中",
    "offline": "离线",
    "faulted": "故障"
  },
  "DeskGroup": {
    "free": "空闲",
    "plugged": "占用",
    "charging": "充电中",
    "offline": "离线",
    "faulted": "故障",
    "never_on_line": "从未上线"
  },
  "KnownFault": {
    "emergency_stop": "急停按钮按下",
    "over_temperature": "温度过高",
    "over_voltage": "电压过高",
    "under_voltage": "电压过低",
    "over_current": "电流过大",
    "leakage": "漏电",
    "insulation": "绝缘不良",
    "grounding": "接地异常",
    "connector_lock": "枪锁故障",
    "contactor": "接触器故障",
    "meter": "电表故障",
    "power_module": "充电模块故障",
    "communication": "桩内通信故障",
    "door_open": "柜门打开",
    "smoke": "烟雾报警",
    "water": "进水报警"
  },
  "RateBand": {
    "sharp": "尖",
    "peak": "峰",
    "flat": "平",
    "valley": "谷",
    "deep_valley": "深谷"
  },
  "DayKind": {
    "workday": "工作日",
    "weekend": "周末",
    "holiday": "节假日"
  },
  "TariffFaultReason": {
    "no_plan": "还没有日方案",
    "too_many_plans": "日方案太多",
    "gap": "有时段没有设价",
    "overlap": "有时段设了两次价",
    "price_out_of_range": "价格超出范围",
    "day_uncovered": "有日子没有日方案",
    "day_double": "有日子有两个日方案"
  },
  "TariffVersionState": {
    "draft": "草稿",
    "scheduled": "待生效",
    "current": "生效中",
    "past": "已被替代",
    "withdrawn": "已撤回"
  },
  "FeeComponent": {
    "electricity": "电费",
    "service": "服务费",
    "idle": "占位费"
  },
  "OrderState": {
    "open": "待结算",
    "provisional": "暂结",
    "settled": "已结算",
    "corrected": "已更正"
  },
  "OrderKind": {
    "charging": "充电订单",
    "idle": "占位订单"
  },
  "StayState": {
    "watching": "计时中",
    "billed": "已出账",
    "free": "未产生费用",
    "waived": "已免除"
  },
  "StayEnd": {
    "unplugged": "已拔枪",
    "next_session": "又开始充电",
    "silent": "充电桩没有消息",
    "out_of_service": "充电桩已停用",
    "too_long": "超过 7 天",
    "waived": "员工免除"
  },
  "MessageKind": {
    "charge_billed": "充电账单",
    "idle_near": "占位费即将开始",
    "refund_done": "退款到账"
  },
  "PaymentState": {
    "created": "已创建",
    "awaiting": "待支付",
    "paid": "已支付",
    "part_refunded": "部分退款",
    "refunded": "已全额退款",
    "closed": "已关闭",
    "unknown": "确认中"
  },
  "RefundState": {
    "in_progress": "退款中",
    "needs_staff": "待人工打款",
    "done": "已退款",
    "returned": "未退成，已退回余额"
  },
  "PartState": {
    "held": "待提交",
    "sent": "渠道处理中",
    "unknown": "确认中",
    "abnormal": "待人工打款",
    "succeeded": "已退款",
    "returned": "已退回余额"
  },
  "AdjustmentState": {
    "asked": "待审批",
    "done": "已完成",
    "declined": "已拒绝"
  },
  "PaymentPurpose": {
    "top_up": "充值",
    "prepay": "即充即退预付"
  },
  "Channel": {
    "wechat": "微信支付",
    "alipay": "支付宝"
  },
  "AccountMode": {
    "direct": "直连商户",
    "partner": "服务商"
  },
  "CheckResult": {
    "works": "可以使用",
    "refused": "渠道拒绝",
    "unreachable": "连不上渠道",
    "unproven": "应答无法验证"
  },
  "CommandKind": {
    "start": "启动充电",
    "stop": "停止充电",
    "report_status": "查询状态",
    "set_time": "校准时间",
    "set_limit": "调整电量上限"
  },
  "CommandState": {
    "queued": "待下发",
    "sent": "已下发",
    "accepted": "已接受",
    "done": "已完成",
    "rejected": "已拒绝",
    "failed": "执行失败",
    "expired": "已过期"
  },
  "MeterVerdict": {
    "ok": "正常",
    "backwards": "读数倒退",
    "jump": "读数突增",
    "frozen": "读数不动",
    "begins_elsewhere": "起始读数有误",
    "restarted": "读数中断后另起"
  },
  "FinalFault": {
    "backwards": "读数倒退",
    "jump": "电量超出额定功率",
    "ends_before_start": "结束早于开始",
    "behind_last_reading": "低于最后一次读数",
    "too_long": "时长超过上限",
    "start_mismatch": "起始读数不一致",
    "over_limit": "远超充电上限",
    "overlaps_session_before": "与上一次充电的读数重叠",
    "overlaps_session_after": "与下一次充电的读数重叠",
    "frozen": "有功率而读数几乎不动",
    "restarted": "电表读数中断后另起",
    "other_gun": "来自另一把枪",
    "other_pile": "来自另一台桩"
  },
  "Doubt": {
    "frozen": "有功率而读数几乎不动",
    "restarted": "电表读数中断后另起",
    "other_gun": "另一把枪上报了这次充电",
    "other_pile": "另一台桩上报了这次充电",
    "begins_elsewhere": "起始读数与后续读数不符",
    "second_beginning": "两次上报的起始读数不同",
    "power_after_end": "结束之后仍在输出"
  },
  "EntryKind": {
    "top_up": "充值",
    "hold": "预冻结",
    "settle": "结算",
    "release": "解冻",
    "correction": "更正",
    "refund_hold": "申请退款",
    "refund": "退款完成",
    "refund_return": "退款退回",
    "prepay": "充电预付",
    "prepaid_rest": "预付余款退回",
    "adjustment": "余额调整",
    "debt_paid": "余额补缴欠费",
    "idle_fee": "占位费",
    "idle_waiver": "占位费免除"
  },
  "BillKind": {
    "charging": "充电",
    "paid": "充值",
    "refund": "退款",
    "other": "其他"
  },
  "OwnerKind": {
    "driver": "车主",
    "operator": "运营商",
    "channel": "支付渠道",
    "platform": "平台"
  },
  "AccountKind": {
    "available": "可用余额",
    "held": "预冻结",
    "gift_available": "可用赠送金",
    "gift_held": "预冻结赠送金",
    "refund_pending": "退款中",
    "prepaid_held": "预付款",
    "debt": "欠费",
    "clearing": "渠道待清算",
    "channel_fee": "渠道手续费",
    "electricity_income": "电费收入",
    "service_income": "服务费收入",
    "idle_income": "占位费收入",
    "payable": "应付运营商",
    "fee_income": "平台服务收入",
    "gift_expense": "赠送支出",
    "discount_expense": "优惠支出",
    "partner_receivable": "伙伴应收",
    "write_off": "坏账核销",
    "suspense": "待查",
    "manual_payout": "人工打款",
    "adjustment": "余额调整",
    "operator_clearing": "运营商自收"
  },
  "StationType": {
    "public": "公共",
    "personal": "个人",
    "bus": "公交专用",
    "sanitation": "环卫专用",
    "logistics": "物流专用",
    "taxi": "出租专用",
    "other": "其他"
  },
  "Construction": {
    "residential": "居民区",
    "public_body": "公共机构",
    "company": "企事业单位",
    "office": "写字楼",
    "industrial_park": "工业园区",
    "transport_hub": "交通枢纽",
    "culture_sport": "大型文体设施",
    "green_space": "城市绿地",
    "large_building": "大型建筑配建停车场",
    "roadside": "路边停车位",
    "motorway": "城际高速服务区",
    "other": "其他"
  },
  "Amenity": {
    "toilet": "洗手间",
    "shop": "便利店",
    "food": "餐饮",
    "rest_room": "休息室",
    "wifi": "无线网络",
    "car_wash": "洗车",
    "shelter": "遮雨棚",
    "lighting": "夜间照明",
    "attended": "有人值守",
    "wheelchair": "无障碍车位"
  },
  "StationGap": {
    "division": "省市区",
    "construction": "建设场所",
    "hours": "营业时间",
    "service_phone": "客服电话",
    "tariff": "计费模型",
    "parking_spaces": "车位数",
    "photo": "照片"
  },
  "StationFilter": {
    "open": "对外营业",
    "hidden": "已隐藏",
    "closed": "已停业",
    "incomplete": "资料不全"
  },
  "StationChange": {
    "close": "停业",
    "reopen": "恢复营业",
    "hide": "隐藏",
    "show": "显示"
  },
  "PileKind": {
    "dc": "直流快充",
    "ac": "交流慢充"
  },
  "AccountState": {
    "none": "未发放",
    "pending": "正在生效",
    "taken": "已生效",
    "stuck": "还没有生效"
  },
  "BrokerProblem": {
    "none": "正常",
    "file": "账号文件写不进去",
    "broker_away": "连不上消息服务器",
    "not_taken": "消息服务器没有接管新账号"
  },
  "ContactRefusal": {
    "wrong_secret": "密钥不对",
    "wrong_client_id": "客户端 ID 和用户名不一致",
    "too_many_tries": "错误次数太多，暂停一分钟"
  },
  "ArrivalState": {
    "no_secret": "还没有发放密钥",
    "account_pending": "密钥正在生效",
    "account_stuck": "密钥还没有生效",
    "not_connected": "桩还没有连上平台",
    "wrong_secret": "桩用的密钥不对",
    "wrong_client_id": "桩的客户端 ID 不对",
    "too_many_tries": "桩试错次数太多",
    "silent": "桩登录了，但没有发来消息",
    "refused_messages": "桩发来的消息读不懂",
    "gone": "桩上过线，现在断开了",
    "clock_off": "桩的时钟不准",
    "no_status": "还有枪没有上报状态",
    "no_price": "已上线，还没有价格",
    "not_open": "已上线，充电站没有开放",
    "ready": "已上线，可以充电"
  },
  "Permission": {
    "dashboard.read": "查看首页统计",
    "station.read": "查看充电站",
    "station.edit": "新建和修改充电站",
    "pile.read": "查看充电桩",
    "pile.edit": "新增、修改、导入、移站、退役充电桩",
    "pile.service": "停用和恢复充电桩",
    "pile.secret": "发放、更换、吊销桩密钥",
    "pile.test": "试充电",
    "pile.label": "打印和更换二维码",
    "order.read": "查看充电订单",
    "session.stop": "远程停止充电",
    "session.decide": "核对充电并改账单",
    "connector.release": "解除插枪占用",
    "idle_fee.waive": "免除占位费",
    "quarantine.read": "查看异常桩消息",
    "quarantine.close": "处理异常桩消息",
    "staff.read": "查看员工和角色",
    "staff.edit": "管理员工",
    "role.edit": "管理角色",
    "tariff.read": "查看计费模型",
    "tariff.edit": "编辑计费模型草稿和节假日",
    "tariff.publish": "发布和撤回计费模型",
    "operator.read": "查看运营商",
    "operator.edit": "新建、修改运营商",
    "policy.read": "查看充电策略",
    "policy.edit": "修改充电策略",
    "agreement.edit": "起草、发布协议",
    "audit.read": "查看操作日志",
    "login_log.read": "查看登录日志",
    "refund.read": "查看充值与退款",
    "refund.manage": "处理退款",
    "adjustment.read": "查看余额调整",
    "adjustment.ask": "申请余额调整",
    "adjustment.approve": "审批余额调整",
    "driver.read": "查看车主",
    "driver.freeze": "冻结和解冻车主",
    "driver.phone": "按手机号查找车主、查看手机号",
    "driver.privacy": "导出车主个人信息、注销车主",
    "export.make": "导出列表",
    "analysis.read": "查看运营分析",
    "channel_account.read": "查看收款账户",
    "channel_account.edit": "管理收款账户"
  },
  "PayWay": {
    "wallet": "钱包",
    "debt": "钱包（有欠费）",
    "prepaid": "预付款",
    "partner": "互联互通伙伴",
    "nobody": "无人付款"
  },
  "DriverState": {
    "active": "正常",
    "frozen": "已冻结"
  },
  "DriverFilter": {
    "registered": "注册车主",
    "frozen": "已冻结",
    "guest": "访客",
    "deleted": "已注销"
  },
  "DriverObstacle": {
    "frozen": "已被冻结",
    "live_session": "还有没有结束的充电",
    "unbilled_session": "还有没有结算的充电",
    "idle_stay": "占位还在计时",
    "balance": "钱包里还有余额",
    "debt": "还有欠费",
    "open_payment": "还有没有结果的支付",
    "open_refund": "还有没有到账的退款",
    "open_adjustment": "还有没有审批的余额调整"
  },
  "MovementKind": {
    "charge": "充电",
    "idle": "占位费",
    "top_up": "充值",
    "prepay": "即充即退预付",
    "refund": "退款"
  },
  "MovementState": {
    "in_progress": "处理中",
    "needs_staff": "待人工打款",
    "done": "已完成",
    "returned": "未退成，已退回余额"
  },
  "ExportKind": {
    "movements": "交易",
    "orders": "充电订单",
    "payments": "充值记录",
    "refunds": "退款",
    "drivers": "车主",
    "driver_data": "车主个人信息"
  },
  "ExportFormat": {
    "xlsx": "Excel 表格",
    "csv": "CSV 文本"
  },
  "ExportState": {
    "queued": "排队中",
    "running": "导出中",
    "done": "已完成",
    "failed": "未完成",
    "cancelled": "已取消",
    "expired": "已过期"
  },
  "ExportFault": {
    "no_right": "无权限",
    "too_large": "文件太大",
    "trouble": "没有成功"
  },
  "LoginOutcome": {
    "ok": "登录成功",
    "wrong": "账号或密码错误",
    "closed": "错误过多，暂停登录",
    "disabled": "账号已停用",
    "code_awaited": "密码正确，等待验证码",
    "code_wrong": "验证码错误"
  },
  "ActorKind": {
    "driver": "车主",
    "staff": "员工",
    "system": "系统",
    "pile": "充电桩"
  },
  "PolicyName": {
    "min_hold_fen": "启动所需最低余额",
    "hold_cap_fen": "单次预冻结上限",
    "start_deadline_s": "启动等待时限",
    "provisional_after_s": "失联多久后临时结算",
    "no_energy_after_s": "无电量多久后停止",
    "longest_session_s": "单次充电最长时间",
    "plug_claim_s": "充完未拔枪保留时间",
    "review_release_s": "核对中最迟解冻时间",
    "smallest_top_up_fen": "单笔充值下限",
    "largest_top_up_fen": "单笔充值上限"
  },
  "PolicySource": {
    "default": "系统默认",
    "platform": "平台设置",
    "operator": "本运营商设置"
  },
  "AgreementKind": {
    "user_agreement": "用户协议",
    "privacy_policy": "隐私政策",
    "service_terms": "充电服务条款"
  },
  "AuditFault": {
    "changed": "记录被改过",
    "deleted": "记录被删除",
    "link_changed": "链上的环节被改过",
    "link_deleted": "链上的环节被删除",
    "inserted": "事后插入的记录",
    "out_of_time": "时间早于它之前的记录"
  }
} as const
