"""Chinese sentences that are made of an error's data, and what people call the fields they fill in."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_HERE: Final = ZoneInfo("Asia/Shanghai")
Sentence = str | Callable[[Mapping[str, object]], str]

FIELD_WORDS: Final[Mapping[str, str]] = {
    "account": "账号",
    "adjustment_limit_fen": "每天可直接调整的金额",
    "action": "操作",
    "address": "地址",
    "api_key": "APIv3 密钥",
    "application_no": "应用编号",
    "mode": "接入方式",
    "expires_on": "到期日",
    "sub_merchant_no": "特约商户号",
    "proof_key_no": "平台公钥编号",
    "proof_key": "平台公钥",
    "private_key": "私钥",
    "merchant_no": "商户号",
    "key_serial": "证书序列号",
    "amenities": "服务设施",
    "amount_fen": "金额",
    "code": "登录凭证",
    "nickname": "昵称",
    "phone_code": "手机号凭证",
    "connector_no": "枪编号",
    "construction": "建设场所",
    "count": "台数",
    "cursor": "翻页位置",
    "days": "日期",
    "dates": "日期范围",
    "least_fen": "最低金额",
    "most_fen": "最高金额",
    "division_code": "省市区",
    "effective_from": "生效时间",
    "first_no": "起始桩编号",
    "driver_no": "车主编号",
    "from_date": "开始日期",
    "guns": "枪数",
    "kind": "类型",
    "lat": "纬度",
    "lat_e6": "纬度",
    "limit": "每页条数",
    "limit_fen": "充电限额",
    "lng": "经度",
    "lng_e6": "经度",
    "minutes": "充电时长",
    "model": "型号",
    "name": "名称",
    "new_password": "新密码",
    "note": "修改说明",
    "object_no": "对象编号",
    "opening_spans": "营业时间",
    "operator_name": "运营商名称",
    "operator_no": "组织机构代码",
    "number": "编号",
    "order_no": "订单编号",
    "owner_no": "产权方编号",
    "parking_fee": "停车收费",
    "parking_info": "车位信息",
    "parking_spaces": "车位数",
    "password": "密码",
    "pay_password": "支付密码",
    "permissions": "权限",
    "photos": "照片",
    "phone": "手机号",
    "pile_no": "桩编号",
    "pile_nos": "充电桩",
    "q": "搜索内容",
    "query": "筛选条件",
    "radius_m": "搜索范围",
    "reason": "原因",
    "remark": "备注",
    "row_version": "版本",
    "service_phone": "客服电话",
    "site_guide": "找站指引",
    "sort_order": "排序",
    "reference": "转账单号",
    "state": "状态",
    "station_no": "充电站",
    "plans": "日方案",
    "power_w": "功率",
    "prices": "价格",
    "rated_w": "额定功率",
    "role_id": "角色",
    "service_hours": "客服时间",
    "start_at": "开始时间",
    "station_nos": "充电站",
    "station_phone": "站点电话",
    "station_type": "站点类型",
    "suited_cars": "适用车型",
    "tariff_no": "计费模型",
    "text": "内容",
    "title": "标题",
    "told": "给车主看的说明",
    "to_date": "结束日期",
    "vendor": "厂商",
}
"""What people call the fields they fill in or choose."""


def yuan(fen: object) -> str:
    """`¥3.20` for 320 fen; integer maths only."""
    if not isinstance(fen, int):
        return "¥—"
    sign = "-" if fen < 0 else ""
    return f"{sign}¥{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def balance_too_low(data: Mapping[str, object]) -> str:
    available, required = data.get("available_fen"), data.get("required_fen")
    if isinstance(available, int) and isinstance(required, int):
        return f"余额不足：还需 {yuan(required - available)} 才能启动，请先充值。"
    return "余额不足，请先充值再启动充电。"


def debt_unpaid(data: Mapping[str, object]) -> str:
    if isinstance(data.get("debt_fen"), int):
        return f"您还有 {yuan(data['debt_fen'])} 欠费未结清，请先充值，系统会自动补缴。"
    return "您还有欠费未结清，请先充值，系统会自动补缴。"


def wrong_pay_password(data: Mapping[str, object]) -> str:
    return f"支付密码不对，还可以试 {data.get('tries_left', '几')} 次；忘记了可以重新设置。"


def pay_password_closed(data: Mapping[str, object]) -> str:
    until = _minute(data.get("until")) or "过一段时间"
    return f"支付密码输错次数太多，请{until}再试；忘记了可以现在重新设置。"


def refunds_locked(data: Mapping[str, object]) -> str:
    until = _minute(data.get("until")) or "一天以后"
    return f"支付密码刚重新设置过，为了保护您的钱，{until}才能退款；充电不受影响。"


def _minute(at: object) -> str:
    """`11月29日 08:05 以后`, by the clocks here; never too early, though it tells whole minutes."""
    if not isinstance(at, datetime):
        return ""
    there = at.astimezone(_HERE) + timedelta(minutes=1)
    return f"{there.month}月{there.day}日 {there:%H:%M} 以后"


def refund_too_much(data: Mapping[str, object]) -> str:
    if isinstance(data.get("refundable_fen"), int):
        return f"最多可退 {yuan(data['refundable_fen'])}：余额有变动，请核对金额后再试。"
    return "超过了可退金额：余额有变动，请核对后再试。"


def adjustment_too_much(data: Mapping[str, object]) -> str:
    if isinstance(data.get("available_fen"), int):
        return f"车主的可用余额只有 {yuan(data['available_fen'])}，最多扣回这么多，请修改金额。"
    return "车主的可用余额不够扣回，请修改金额。"


def driver_frozen(data: Mapping[str, object]) -> str:
    phone = data.get("service_phone")
    whom = f"客服 {phone}" if isinstance(phone, str) and phone else "客服"
    return f"您的账号被暂停使用，现在不能开始充电和充值；正在进行的充电不受影响，余额可以照常退款。请联系{whom}处理。"


def no_debt(data: Mapping[str, object]) -> str:
    debt = data.get("debt_fen")
    if isinstance(debt, int) and debt > 0:
        return f"还有 {yuan(debt)} 欠费，可用余额是 0，请先充值，充值后会自动补缴。"
    return "没有欠费，不用补缴。"


def between(noun: str) -> Callable[[Mapping[str, object]], str]:
    def text(data: Mapping[str, object]) -> str:
        low, high = data.get("min_fen"), data.get("max_fen")
        if isinstance(low, int) and isinstance(high, int):
            return f"{noun}需在 {yuan(low)} 到 {yuan(high)} 之间，请修改后再试。"
        return f"{noun}超出允许范围，请修改后再试。"

    return text


def invalid_input(data: Mapping[str, object]) -> str:
    """By the field's name for people; one that only a program knows stays in the data."""
    field, reason = str(data.get("field") or ""), data.get("reason") or "格式不正确"
    word = FIELD_WORDS.get(field.rpartition(".")[2])
    return f"{word}{reason}，请修改后再试。" if word else f"请求内容有误（{reason}），请修改后再试。"


def policy_out_of_range(data: Mapping[str, object]) -> str:
    """In the unit that the page shows; the field is named by the page."""
    low, high = data.get("low"), data.get("high")
    if isinstance(low, int) and isinstance(high, int):
        if data.get("unit") == "fen":
            return f"这一项需在 {yuan(low)} 到 {yuan(high)} 之间，且只有平台能改的项不能由运营商修改。"
        return f"这一项需在 {low:,} 秒到 {high:,} 秒之间，且只有平台能改的项不能由运营商修改。"
    return "策略的数值超出允许范围，请修改后再试。"


def too_large(data: Mapping[str, object]) -> str:
    most = data.get("max_bytes")
    text = f"{most // 1024:,} KB" if isinstance(most, int) else "64 KB"
    return f"提交的内容太大（上限 {text}），请精简后再试。"


def station_shut(data: Mapping[str, object]) -> str:
    opens = data.get("opens")
    until = f"，{opens}开始营业" if isinstance(opens, str) and opens else ""
    return f"这座充电站现在不在营业时间{until}，请换一座站或晚些再来。"


def connector_awaits_payment(data: Mapping[str, object]) -> str:
    opens = data.get("opens")
    until = f"最晚 {opens} 付不了款就放开" if isinstance(opens, str) and opens else "没付成就会放开"
    return f"有人正在为这把枪付款，{until}。请稍等，或换一把空闲的枪。"


def station_in_use(data: Mapping[str, object]) -> str:
    count = data.get("sessions")
    some = f" {count} 个" if isinstance(count, int) else ""
    return f"还有{some}充电过程没有结束，请等它们结束，或先远程停止，再停业。"


def rate_limited(data: Mapping[str, object]) -> str:
    seconds = data.get("retry_after_s")
    if isinstance(seconds, int):
        return f"操作太频繁了，请 {seconds} 秒后再试。"
    return "操作太频繁了，请稍后再试。"


def tariff_in_use(data: Mapping[str, object]) -> str:
    return (
        f"还有 {data.get('stations', 0)} 座充电站、{data.get('piles', 0)} 台充电桩在用这个计费模型，"
        "请先给它们换一个，再停用。"
    )


_IMPOSSIBLE: Final = {
    "no_registers": "缺少起止读数，请填写电表读数后再试。",
    "backwards": "止码小于起码，请核对两个读数。",
    "too_much": "这两个读数之间的电量超过了这把枪一次充电可能充入的电量，请核对读数。",
    "no_payer": "这次充电不知道由谁付款，只能不收费结案。",
    "no_tariff": "这次充电开始时没有电价，不能计费，只能不收费结案。",
}


def decision_impossible(data: Mapping[str, object]) -> str:
    return _IMPOSSIBLE.get(str(data.get("reason")), "不能这样计费，请核对后再试。")


_WEAK: Final = {
    "too_short": "密码至少要有 10 个字符，请加长后再试。",
    "too_long": "密码不能超过 128 个字符，请缩短后再试。",
    "one_kind": "密码只用了一种字符：请混合字母、数字或符号，或者用 16 个字符以上的一句话。",
    "holds_account": "密码里不能包含账号，请换一个。",
    "well_known": "密码里有常见的词（如 admin、password），很容易被猜到，请换一个。",
    "monotonous": "密码里有连续或重复的字符（如 12345、aaaaa），很容易被猜到，请换一个。",
    "same": "新密码和原来的一样，请换一个。",
}


def weak_password(data: Mapping[str, object]) -> str:
    return _WEAK.get(str(data.get("reason")), "密码太简单，请换一个。")


def role_in_use(data: Mapping[str, object]) -> str:
    return f"还有 {data.get('staff_count', '一些')} 位员工是这个角色，请先给他们换一个角色，再删除。"


def number_taken(data: Mapping[str, object]) -> str:
    return f"桩编号 {data.get('pile_no') or ''} 已经有了（大小写、连字符不算区别），请换一个编号。"


_UNREADABLE: Final = {
    "too_large": "文件太大，请分成几份再导入（每份不超过 1 MB、500 行）。",
    "too_many_rows": "行数太多，一次最多 500 行，请分成几份再导入。",
    "no_sheet": "文件里没有找到表头，请下载模板，按模板填写后再导入。",
    "columns": "表头和模板对不上，请下载模板，按模板填写后再导入。",
    "empty": "表里一行也没有，请填写后再导入。",
}


def sheet_unreadable(data: Mapping[str, object]) -> str:
    return _UNREADABLE.get(
        str(data.get("reason")), "文件不是可以读取的 xlsx 或 csv，请用模板另存一份再导入。"
    )
