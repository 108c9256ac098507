"""The one table from error code to HTTP status and to the Chinese sentence people read.

Every sentence says what to do next. Only the fields named here leave the server; a test proves that every
DomainError has its row and that no row is left over.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from backend.domain import errors as e

INTERNAL_CODE: Final = "internal_error"
INTERNAL_TEXT: Final = "系统开小差了，请稍后再试；若一直这样，请联系客服并提供请求编号。"


class ErrorDetail(msgspec.Struct, frozen=True, kw_only=True):
    """`code` is stable, `message` is for people, `request_id` is what support asks for."""

    code: str
    message: str
    data: dict[str, Any]
    request_id: str


class ErrorReply(msgspec.Struct, frozen=True, kw_only=True):
    """Body of every answer with a 4xx or 5xx status."""

    error: ErrorDetail


Sentence = str | Callable[[Mapping[str, object]], str]

FIELD_WORDS: Final[Mapping[str, str]] = {
    "account": "账号",
    "action": "操作",
    "address": "地址",
    "amenities": "服务设施",
    "amount_fen": "金额",
    "code": "登录凭证",
    "connector_no": "枪编号",
    "construction": "建设场所",
    "count": "台数",
    "cursor": "翻页位置",
    "days": "日期",
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
    "permissions": "权限",
    "photos": "照片",
    "pile_no": "桩编号",
    "pile_nos": "充电桩",
    "q": "搜索内容",
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
    "to_date": "结束日期",
    "vendor": "厂商",
}
"""What people call the fields they fill in or choose."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How one error is told: `text` is a sentence or makes one of the error's data; `fields` may be shown.

    `driver_text` is what a driver reads where the sentence for staff speaks of things a driver never sees.
    """

    status: int
    text: Sentence
    fields: tuple[str, ...] = ()
    driver_text: Sentence = ""


def yuan(fen: object) -> str:
    """`¥3.20` for 320 fen; integer maths only."""
    if not isinstance(fen, int):
        return "¥—"
    sign = "-" if fen < 0 else ""
    return f"{sign}¥{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def message_of(error: e.DomainError, *, to_driver: bool = False) -> str:
    """The Chinese sentence of an error, with its data, for a driver or for anybody else."""
    answer = ANSWERS[type(error)]
    text = (answer.driver_text if to_driver else "") or answer.text
    return text if isinstance(text, str) else text(error.data)


def describe(error: e.DomainError, request_id: str, *, to_driver: bool = False) -> tuple[int, ErrorReply]:
    """Status and body of an error; only fields named in the table are shown."""
    answer = ANSWERS[type(error)]
    data = {name: error.data[name] for name in answer.fields if name in error.data}
    detail = ErrorDetail(
        code=error.code, message=message_of(error, to_driver=to_driver), data=data, request_id=request_id
    )
    return answer.status, ErrorReply(error=detail)


def describe_internal(request_id: str) -> ErrorReply:
    """Body of a 500: nothing of what happened is shown."""
    detail = ErrorDetail(code=INTERNAL_CODE, message=INTERNAL_TEXT, data={}, request_id=request_id)
    return ErrorReply(error=detail)


def _balance_too_low(data: Mapping[str, object]) -> str:
    available, required = data.get("available_fen"), data.get("required_fen")
    if isinstance(available, int) and isinstance(required, int):
        return f"余额不足：还需 {yuan(required - available)} 才能启动，请先充值。"
    return "余额不足，请先充值再启动充电。"


def _debt_unpaid(data: Mapping[str, object]) -> str:
    if isinstance(data.get("debt_fen"), int):
        return f"您还有 {yuan(data['debt_fen'])} 欠费未结清，请先充值，系统会自动补缴。"
    return "您还有欠费未结清，请先充值，系统会自动补缴。"


def _refund_too_much(data: Mapping[str, object]) -> str:
    if isinstance(data.get("refundable_fen"), int):
        return f"最多可退 {yuan(data['refundable_fen'])}：余额有变动，请核对金额后再试。"
    return "超过了可退金额：余额有变动，请核对后再试。"


def _between(noun: str) -> Callable[[Mapping[str, object]], str]:
    def text(data: Mapping[str, object]) -> str:
        low, high = data.get("min_fen"), data.get("max_fen")
        if isinstance(low, int) and isinstance(high, int):
            return f"{noun}需在 {yuan(low)} 到 {yuan(high)} 之间，请修改后再试。"
        return f"{noun}超出允许范围，请修改后再试。"

    return text


def _invalid_input(data: Mapping[str, object]) -> str:
    """By the field's name for people; one that only a program knows stays in the data."""
    field, reason = str(data.get("field") or ""), data.get("reason") or "格式不正确"
    word = FIELD_WORDS.get(field.rpartition(".")[2])
    return f"{word}{reason}，请修改后再试。" if word else f"请求内容有误（{reason}），请修改后再试。"


def _policy_out_of_range(data: Mapping[str, object]) -> str:
    """In the unit that the page shows; the field is named by the page."""
    low, high = data.get("low"), data.get("high")
    if isinstance(low, int) and isinstance(high, int):
        if data.get("unit") == "fen":
            return f"这一项需在 {yuan(low)} 到 {yuan(high)} 之间，且只有平台能改的项不能由运营商修改。"
        return f"这一项需在 {low:,} 秒到 {high:,} 秒之间，且只有平台能改的项不能由运营商修改。"
    return "策略的数值超出允许范围，请修改后再试。"


def _too_large(data: Mapping[str, object]) -> str:
    most = data.get("max_bytes")
    text = f"{most // 1024:,} KB" if isinstance(most, int) else "64 KB"
    return f"提交的内容太大（上限 {text}），请精简后再试。"


def _station_shut(data: Mapping[str, object]) -> str:
    opens = data.get("opens")
    until = f"，{opens}开始营业" if isinstance(opens, str) and opens else ""
    return f"这座充电站现在不在营业时间{until}，请换一座站或晚些再来。"


def _station_in_use(data: Mapping[str, object]) -> str:
    count = data.get("sessions")
    some = f" {count} 个" if isinstance(count, int) else ""
    return f"还有{some}充电过程没有结束，请等它们结束，或先远程停止，再停业。"


def _rate_limited(data: Mapping[str, object]) -> str:
    seconds = data.get("retry_after_s")
    if isinstance(seconds, int):
        return f"操作太频繁了，请 {seconds} 秒后再试。"
    return "操作太频繁了，请稍后再试。"


def _tariff_in_use(data: Mapping[str, object]) -> str:
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


def _decision_impossible(data: Mapping[str, object]) -> str:
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


def _weak_password(data: Mapping[str, object]) -> str:
    return _WEAK.get(str(data.get("reason")), "密码太简单，请换一个。")


def _role_in_use(data: Mapping[str, object]) -> str:
    return f"还有 {data.get('staff_count', '一些')} 位员工是这个角色，请先给他们换一个角色，再删除。"


def _number_taken(data: Mapping[str, object]) -> str:
    return f"桩编号 {data.get('pile_no') or ''} 已经有了（大小写、连字符不算区别），请换一个编号。"


_UNREADABLE: Final = {
    "too_large": "文件太大，请分成几份再导入（每份不超过 1 MB、500 行）。",
    "too_many_rows": "行数太多，一次最多 500 行，请分成几份再导入。",
    "no_sheet": "文件里没有找到表头，请下载模板，按模板填写后再导入。",
    "columns": "表头和模板对不上，请下载模板，按模板填写后再导入。",
    "empty": "表里一行也没有，请填写后再导入。",
}


def _sheet_unreadable(data: Mapping[str, object]) -> str:
    return _UNREADABLE.get(
        str(data.get("reason")), "文件不是可以读取的 xlsx 或 csv，请用模板另存一份再导入。"
    )


_NOT_DONE_MONEY: Final = "这次操作没有完成，钱没有动，请联系客服。"
_NOT_DONE: Final = "这次操作没有完成，请更新小程序后再试。"

ANSWERS: Final[Mapping[type[e.DomainError], Answer]] = {
    e.ConnectorNotFound: Answer(404, "没有找到这把充电枪，请核对枪身上的编号，或重新扫码。"),
    e.ConnectorNotPlugged: Answer(409, "还没有插枪：请先把充电枪插入车辆，再启动充电。"),
    e.ConnectorBusy: Answer(409, "这把充电枪正在使用或已被预约，请换一把空闲的枪。"),
    e.PlugClaimed: Answer(
        409,
        "上一位车主的车还插在这把枪上，别人暂时不能启动。请等车主拔枪，或换一把枪；枪已拔下就请联系客服。",
    ),
    e.WhoseCar: Answer(
        409, "这把枪上插着的可能还是上一位车主的车。请确认插着的是您的车，再重新扫码启动；不是就换一把枪。"
    ),
    e.ConnectorFaulted: Answer(409, "这把充电枪出现故障，请换一把枪；也可以联系客服报修。"),
    e.ConnectorUnavailable: Answer(409, "这把充电枪暂停使用，请换一把空闲的枪。"),
    e.PileOffline: Answer(409, "充电桩已离线，暂时无法启动，请换一台充电桩。"),
    e.PileClockUnset: Answer(409, "充电桩正在校准时间，请一分钟后再试，或换一台充电桩。"),
    e.DriverBusy: Answer(409, "您有一次充电正在进行，请先结束它，再开始新的充电。", ("session_no",)),
    e.DriverDisabled: Answer(403, "您的账号已被停用，无法启动充电，请联系客服。"),
    e.OperatorDisabled: Answer(409, "这座充电站的运营商已暂停服务，不能开始新的充电，请换一座充电站。"),
    e.AgreementNotAccepted: Answer(
        409, "协议有新版本，请先阅读并同意，再继续操作；如果没有看到协议，请更新小程序。"
    ),
    e.BalanceTooLow: Answer(409, _balance_too_low, ("available_fen", "required_fen")),
    e.DebtUnpaid: Answer(409, _debt_unpaid, ("debt_fen",)),
    e.TariffMissing: Answer(409, "这台充电桩还没有设置电价，暂时不能充电，请换一台充电桩。"),
    e.InvalidTariff: Answer(
        422,
        "计费模型不完整：每个日子须有一个日方案，时段须覆盖全天且不重叠，请检查后再试。",
        ("reason", "faults"),
    ),
    e.TariffNotFound: Answer(404, "没有找到这个计费模型，请回到列表刷新后再看。"),
    e.TariffVersionNotFound: Answer(404, "没有找到这个版本，它可能已被删除或发布，请刷新后再看。"),
    e.TariffInUse: Answer(409, _tariff_in_use, ("stations", "piles")),
    e.TariffRetired: Answer(409, "这个计费模型已停用，不能再修改或使用；需要时请复制一个新的。"),
    e.TariffBeginsInPast: Answer(422, "生效时间须晚于现在，且在两年以内，请重新选择。"),
    e.TariffVersionInForce: Answer(
        409, "只能撤回还未生效的版本；离生效不到一分钟的也不能撤回，请刷新后再看。"
    ),
    e.InvalidSegments: Answer(422, "分段电量自相矛盾，无法计费，请转人工核对。", ("reason",)),
    e.SessionNotFound: Answer(
        404, "没有找到这次充电，请在充电记录中查看。", driver_text="没有找到这次充电，请在“订单”里查看。"
    ),
    e.SessionNotStoppable: Answer(
        409,
        "这次充电已经结束，无需再停止，请在充电记录中查看账单。",
        driver_text="这次充电已经结束，不用再停止，请在“订单”里查看账单。",
    ),
    e.SessionNotDecidable: Answer(409, "这次充电现在不需要核对：请等它结束，或刷新后查看结果。"),
    e.DecisionImpossible: Answer(422, _decision_impossible, ("reason",)),
    e.EvidenceChanged: Answer(409, "核对期间情况有变：可能已有人处理，或桩又上报了数据。请刷新后重新核对。"),
    e.OrderNotFound: Answer(
        404, "没有找到这笔充电订单，请在充电记录中查看。", driver_text="没有找到这笔订单，请在“订单”里查看。"
    ),
    e.StationClosed: Answer(409, "这座充电站已停止营业，请到附近的其他站充电。"),
    e.StationHidden: Answer(409, "这座充电站暂不对外开放，请到附近的其他站充电。"),
    e.StationShut: Answer(409, _station_shut, ("opens",)),
    e.StationInUse: Answer(409, _station_in_use, ("sessions",)),
    e.StationNotFound: Answer(404, "没有找到这座充电站，它可能已经下线，请看看附近的其他站。"),
    e.CommandNotFound: Answer(404, "没有找到这条指令，请刷新列表后再试。"),
    e.PileNotFound: Answer(404, "没有找到这台充电桩，请核对桩编号。"),
    e.PileNumberTaken: Answer(409, _number_taken, ("pile_no",)),
    e.PileBusy: Answer(409, "这台充电桩还有进行中的充电，请等它结束，或先停止充电再操作。"),
    e.PileHasCharged: Answer(
        409, "这台充电桩充过电：不能删除，也不能改枪数。不再使用请改为“退役”，历史订单都会保留。"
    ),
    e.PileRetired: Answer(409, "这台充电桩已退役，不能再修改。要重新启用，请用新的桩编号登记。"),
    e.SheetUnreadable: Answer(422, _sheet_unreadable, ("reason",)),
    e.QrReplaced: Answer(
        410, "这张二维码已更换，不能再用。请扫枪身上新的二维码，或在小程序里输入枪编号；找不到就请联系客服。"
    ),
    e.OperatorNotFound: Answer(404, "没有找到这个运营商，请回到列表刷新后再看。"),
    e.OperatorNumberTaken: Answer(409, "这个组织机构代码已有运营商使用，请核对后再试。"),
    e.OperatorIsPlatform: Answer(409, "平台自己的运营商不能停用。"),
    e.PolicyOutOfRange: Answer(422, _policy_out_of_range, ("name", "unit", "low", "high", "step")),
    e.AgreementNotFound: Answer(
        404, "没有找到这份协议，请回到列表刷新后再看。", driver_text="没有找到这份协议，请返回后再试。"
    ),
    e.AgreementPublished: Answer(409, "这份协议已经发布，不能再改。请另起草一个新版本。"),
    e.AgreementDraftExists: Answer(409, "这份协议已有一份草稿，请接着写那一份。", ("agreement_no",)),
    e.AuditRowNotFound: Answer(404, "没有找到这条操作记录，请回到列表刷新后再看。"),
    e.QuarantinedNotFound: Answer(404, "没有找到这条消息，请回到列表刷新后再看。"),
    e.PaymentNotFound: Answer(
        404,
        "没有找到这笔支付，请在钱包中查看充值记录。",
        driver_text="没有找到这笔支付，请在钱包的明细里查看。",
    ),
    e.AmountOutOfRange: Answer(422, _between("金额"), ("min_fen", "max_fen")),
    e.LimitOutOfRange: Answer(
        422, _between("限额"), ("min_fen", "max_fen"), driver_text=_between("最多花费")
    ),
    e.IdempotencyKeyMissing: Answer(
        400,
        "请求缺少防重复标识（Idempotency-Key，1–80 个可见字符），请升级到最新版本后再试。",
        driver_text=_NOT_DONE,
    ),
    e.IdempotencyKeyReused: Answer(
        409,
        "这次请求与之前的内容不一致，请返回上一页重新操作。",
        driver_text="这次操作没有完成，请返回上一页重新操作。",
    ),
    e.IdempotencyInProgress: Answer(
        409,
        "上一次请求还在处理，请稍候，不要重复提交。",
        driver_text="上一次操作还在处理，请稍等，不要重复点。",
    ),
    e.InvalidLoginCode: Answer(
        401,
        "微信登录凭证已失效，请重新进入小程序登录。",
        driver_text="微信登录没有成功，请关闭小程序再打开。",
    ),
    e.WrongCredentials: Answer(
        401,
        "账号或密码不正确，请核对后重新输入。15 分钟内输错 5 次，将暂停从当前网络登录此账号，"
        "15 分钟后恢复；暂停期间输入正确的密码也无法登录。",
    ),
    e.SecondFactorNeeded: Answer(401, "密码正确，请再输入验证器里的 6 位验证码；手机不在身边，可用备用码。"),
    e.WrongSecondFactor: Answer(
        401, "验证码不正确或已经用过，请等下一个验证码再试。连续输错，会暂停从当前网络登录此账号。"
    ),
    e.SecondFactorUnavailable: Answer(
        503, "平台还没有可用的二次验证密钥，请联系技术人员填写配置 staff.second_factor_key_file 后再试。"
    ),
    e.SecondFactorExists: Answer(409, "您已经绑定了二次验证；换手机请先用验证码关闭，再重新绑定。"),
    e.WrongCurrentPassword: Answer(
        422, "原密码不正确，请核对后再试。15 分钟内输错 5 次，这里会暂停 15 分钟；忘记密码请联系管理员重置。"
    ),
    e.WeakPassword: Answer(422, _weak_password, ("reason",)),
    e.BeginLinkInvalid: Answer(
        410, "这个链接已失效或已换新，请在服务器上重新取得一个（scripts/first_admin）。"
    ),
    e.AlreadyBegun: Answer(409, "系统已经有超级管理员了，请直接登录；需要账号请联系管理员。"),
    e.StaffNotFound: Answer(404, "没有找到这位员工，请回到列表刷新后再看。"),
    e.RoleNotFound: Answer(404, "没有找到这个角色，它可能已被删除，请刷新后重新选择。"),
    e.OperatorNotFound: Answer(404, "没有找到这家运营商，请刷新后重新选择。"),
    e.LogInNotFound: Answer(404, "这次登录已经结束，请刷新列表。"),
    e.AccountTaken: Answer(409, "这个账号已经有人用了，请换一个。"),
    e.RoleNameTaken: Answer(409, "已经有同名的角色，请换一个名字。"),
    e.RoleInUse: Answer(409, _role_in_use, ("staff_count",)),
    e.BeyondOwnRights: Answer(
        403, "您只能授予自己拥有的权限和范围，也不能改动权限比您大的人，请联系上级管理员。"
    ),
    e.LastSuperAdministrator: Answer(
        409, "这样改完就没有能管理整个系统的人了：请先让另一位同事成为超级管理员，再操作。"
    ),
    e.NotYourself: Answer(409, "不能对自己的账号这样做，请让另一位管理员操作。"),
    e.AccountDisabled: Answer(403, "账号已被停用，请联系管理员。"),
    e.Unauthenticated: Answer(401, "登录已失效，请重新登录。", driver_text="登录已过期，请重新登录。"),
    e.Forbidden: Answer(
        403,
        "您没有权限进行此操作，如有需要请联系管理员。",
        driver_text="您不能进行这个操作，有疑问请联系客服。",
    ),
    e.NotFound: Answer(
        404, "没有找到您要的内容，请检查地址是否正确。", driver_text="没有找到您要的内容，请返回首页再试。"
    ),
    e.InvalidInput: Answer(
        400,
        _invalid_input,
        ("field", "reason"),
        driver_text="提交的内容有误，请核对后再试；一直这样请更新小程序。",
    ),
    e.UnfitInput: Answer(
        400,
        _invalid_input,
        ("field", "reason"),
        driver_text="提交的内容有误，请核对后再试；一直这样请更新小程序。",
    ),
    e.PayloadTooLarge: Answer(413, _too_large, ("max_bytes",)),
    e.MethodNotAllowed: Answer(405, "这个地址不支持该操作，请检查请求方法。", driver_text=_NOT_DONE),
    e.RateLimited: Answer(429, _rate_limited, ("retry_after_s",)),
    e.ChannelUnavailable: Answer(
        502,
        "微信、支付宝等渠道暂时不可用，没有产生扣款，请稍后再试。",
        driver_text="暂时连不上微信或支付宝，没有扣款，请稍后再试。",
    ),
    e.ChannelOutcomeUnknown: Answer(
        504,
        "渠道还没有答复，我们会自动确认结果，请稍后查看，不要重复支付。",
        driver_text="微信或支付宝还没有答复，我们会自动查询结果，请不要重复支付。",
    ),
    e.RefundRefused: Answer(
        502, "渠道不接受这笔退款，请改为人工打款，或到渠道商户平台查看原因。", ("reason",)
    ),
    e.RefundTooMuch: Answer(409, _refund_too_much, ("refundable_fen",)),
    e.RefundNotFound: Answer(
        404,
        "没有找到这笔退款，请核对编号，或回到列表刷新。",
        driver_text="没有找到这笔退款，请在钱包的“退款记录”里查看。",
    ),
    e.RefundPartClosed: Answer(409, "这一部分现在不能这样处理：它已经结束，或正由渠道处理。请刷新后再看。"),
    e.NotifyRejected: Answer(400, "通知未通过校验，请检查签名后重发。"),
    e.ServiceUnavailable: Answer(503, "服务繁忙，请稍后再试；正在进行的充电不受影响。"),
    e.UnbalancedEntry: Answer(
        500,
        "记账校验未通过，本次操作没有生效，请联系客服。",
        driver_text="这次操作没有生效，请稍后再试；一直这样请联系客服。",
    ),
    e.EmptyEntry: Answer(
        500, "这笔记账没有金额变动，已停止写入，请联系技术人员核查。", driver_text=_NOT_DONE_MONEY
    ),
    e.EntryContradicts: Answer(
        500, "同一笔记账的金额前后不一致，已停止写入，请联系技术人员核查。", driver_text=_NOT_DONE_MONEY
    ),
    e.InsufficientFunds: Answer(409, _balance_too_low, ("available_fen", "required_fen")),
    e.InvalidCursor: Answer(
        400, "翻页位置已失效，请回到第一页重新查看。", driver_text="列表已经变了，请下拉刷新后再看。"
    ),
    e.BadQrLink: Answer(
        400, "这不是本平台的充电二维码，或二维码已更换，请扫描枪身上的二维码，或输入枪编号。"
    ),
    e.RowChanged: Answer(409, "您打开之后，别人改过这里。请对照两份内容，再决定怎样保存。"),
    e.RecordImplausible: Answer(409, "这份充电记录自相矛盾，不能用来更正账单，请转人工核对。"),
    e.SecondEnd: Answer(409, "这次充电已有另一份结束记录，两份内容不同，请转人工核对。"),
    e.ImpossibleTransition: Answer(
        409, "当前状态不允许此操作，请刷新后再试。", driver_text="现在不能这样操作，请刷新后再试。"
    ),
}

_BY_CODE: Final = {kind.code: kind for kind in ANSWERS}


def message_for_code(code: str) -> str:
    """The sentence of an error known by its code only, without data."""
    return message_of(_BY_CODE[code]())
