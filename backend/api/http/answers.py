"""The one table from error code to HTTP status and to the Chinese sentence people read.

Every sentence says what to do next. Only the fields named here leave the server; a test proves that every
DomainError has its row and that no row is left over.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from backend.api.http.sentences import (
    Sentence,
    adjustment_too_much,
    balance_too_low,
    between,
    connector_awaits_payment,
    debt_unpaid,
    decision_impossible,
    driver_frozen,
    invalid_input,
    no_debt,
    number_taken,
    pay_password_closed,
    policy_out_of_range,
    rate_limited,
    refund_too_much,
    refunds_locked,
    role_in_use,
    sheet_unreadable,
    station_in_use,
    station_shut,
    tariff_in_use,
    too_large,
    weak_password,
    wrong_pay_password,
)
from backend.domain import errors as e


@dataclass(frozen=True, slots=True)
class Answer:
    """How one error is told: `text` is a sentence or makes one of the error's data; `fields` may be shown.

    `driver_text` is what a driver reads where the sentence for staff speaks of things a driver never sees.
    """

    status: int
    text: Sentence
    fields: tuple[str, ...] = ()
    driver_text: Sentence = ""


_NOT_DONE_MONEY: Final = "这次操作没有完成，钱没有动，请联系客服。"
_NOT_DONE: Final = "这次操作没有完成，请更新小程序后再试。"

ANSWERS: Final[Mapping[type[e.DomainError], Answer]] = {
    e.ConnectorNotFound: Answer(404, "没有找到这把充电枪，请核对枪身上的编号，或重新扫码。"),
    e.ConnectorNotPlugged: Answer(409, "还没有插枪：请先把充电枪插入车辆，再启动充电。"),
    e.ConnectorBusy: Answer(409, "这把充电枪正在使用或已被预约，请换一把空闲的枪。"),
    e.ConnectorAwaitsPayment: Answer(409, connector_awaits_payment, ("opens",)),
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
    e.DriverFrozen: Answer(403, driver_frozen),
    e.DriverNotDeletable: Answer(
        409,
        "这位车主还有没有了结的充电或钱款，不能注销；请按列出的事项处理后再试。",
        ("obstacles",),
        driver_text="您还有没有了结的充电或钱款，不能注销；请处理后再试。",
    ),
    e.DriverDeleted: Answer(409, "这位车主已经注销，不能再进行这个操作。"),
    e.ExportNotFound: Answer(404, "没有找到这次导出，或它的文件已经过期，请重新导出。"),
    e.ExportClosed: Answer(409, "这次导出的状态已经变了，请刷新后再看。"),
    e.TooManyExports: Answer(409, "您有几个导出还没有完成，请等它们完成，或先取消一个，再导出。"),
    e.MovementViewNotFound: Answer(404, "这个常用筛选已经不在了，请刷新后再看。"),
    e.MovementViewNameTaken: Answer(409, "您已经有一个同名的常用筛选，请换一个名字。"),
    e.TooManyMovementViews: Answer(409, "最多保存 20 个常用筛选，请先删除不用的，再保存。"),
    e.OperatorDisabled: Answer(409, "这座充电站的运营商已暂停服务，不能开始新的充电，请换一座充电站。"),
    e.AgreementNotAccepted: Answer(
        409, "协议有新版本，请先阅读并同意，再继续操作；如果没有看到协议，请更新小程序。"
    ),
    e.GuestHasNoWallet: Answer(
        403, "没有登录，不能使用钱包。要充值请用微信小程序；不登录也可以充多少付多少。"
    ),
    e.BalanceTooLow: Answer(409, balance_too_low, ("available_fen", "required_fen")),
    e.DebtUnpaid: Answer(409, debt_unpaid, ("debt_fen",)),
    e.TariffMissing: Answer(409, "这台充电桩还没有设置电价，暂时不能充电，请换一台充电桩。"),
    e.InvalidTariff: Answer(
        422,
        "计费模型不完整：每个日子须有一个日方案，时段须覆盖全天且不重叠，请检查后再试。",
        ("reason", "faults"),
    ),
    e.TariffNotFound: Answer(404, "没有找到这个计费模型，请回到列表刷新后再看。"),
    e.TariffVersionNotFound: Answer(404, "没有找到这个版本，它可能已被删除或发布，请刷新后再看。"),
    e.TariffInUse: Answer(409, tariff_in_use, ("stations", "piles")),
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
    e.DecisionImpossible: Answer(422, decision_impossible, ("reason",)),
    e.EvidenceChanged: Answer(409, "核对期间情况有变：可能已有人处理，或桩又上报了数据。请刷新后重新核对。"),
    e.OrderNotFound: Answer(
        404, "没有找到这笔充电订单，请在充电记录中查看。", driver_text="没有找到这笔订单，请在“订单”里查看。"
    ),
    e.StationClosed: Answer(409, "这座充电站已停止营业，请到附近的其他站充电。"),
    e.StationHidden: Answer(409, "该充电站暂不开放，请到附近的其他站充电。"),
    e.StationShut: Answer(409, station_shut, ("opens",)),
    e.StationInUse: Answer(409, station_in_use, ("sessions",)),
    e.StationNotFound: Answer(404, "没有找到这座充电站，它可能已经下线，请看看附近的其他站。"),
    e.CommandNotFound: Answer(404, "没有找到这条指令，请刷新列表后再试。"),
    e.PileNotFound: Answer(404, "没有找到这台充电桩，请核对桩编号。"),
    e.PileNumberTaken: Answer(409, number_taken, ("pile_no",)),
    e.PileBusy: Answer(409, "这台充电桩还有进行中的充电，请等它结束，或先停止充电再操作。"),
    e.PileHasCharged: Answer(
        409, "这台充电桩充过电：不能删除，也不能改枪数。不再使用请改为“退役”，历史订单都会保留。"
    ),
    e.PileRetired: Answer(409, "这台充电桩已退役，不能再修改。要重新启用，请用新的桩编号登记。"),
    e.SheetUnreadable: Answer(422, sheet_unreadable, ("reason",)),
    e.QrReplaced: Answer(
        410, "这张二维码已更换，不能再用。请扫枪身上新的二维码，或在小程序里输入枪编号；找不到就请联系客服。"
    ),
    e.OperatorNotFound: Answer(404, "没有找到这个运营商，请回到列表刷新后再看。"),
    e.OperatorNumberTaken: Answer(409, "这个组织机构代码已有运营商使用，请核对后再试。"),
    e.OperatorNumberFixed: Answer(
        409, "这个运营商已经有车主充过电，账目上用的是现在的代码，不能再改。其他修改请保留原代码后再保存。"
    ),
    e.OperatorIsPlatform: Answer(409, "平台自己的运营商不能停用，也不需要单独的收款账户。"),
    e.PolicyOutOfRange: Answer(422, policy_out_of_range, ("name", "unit", "low", "high", "step")),
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
    e.AmountOutOfRange: Answer(422, between("金额"), ("min_fen", "max_fen")),
    e.LimitOutOfRange: Answer(422, between("限额"), ("min_fen", "max_fen"), driver_text=between("最多花费")),
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
        422,
        "原密码不正确，请核对后再试；刚开通或刚重置的账号，原密码就是一次性密码。15 分钟内输错 5 次，这里会暂停 15 分钟；忘记密码请联系管理员重置。",
    ),
    e.WeakPassword: Answer(422, weak_password, ("reason",)),
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
    e.RoleInUse: Answer(409, role_in_use, ("staff_count",)),
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
        invalid_input,
        ("field", "reason"),
        driver_text="提交的内容有误，请核对后再试；一直这样请更新小程序。",
    ),
    e.UnfitInput: Answer(
        400,
        invalid_input,
        ("field", "reason"),
        driver_text="提交的内容有误，请核对后再试；一直这样请更新小程序。",
    ),
    e.PayloadTooLarge: Answer(413, too_large, ("max_bytes",)),
    e.MethodNotAllowed: Answer(405, "这个地址不支持该操作，请检查请求方法。", driver_text=_NOT_DONE),
    e.RateLimited: Answer(429, rate_limited, ("retry_after_s",)),
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
    e.RefundTooMuch: Answer(409, refund_too_much, ("refundable_fen",)),
    e.AccountKeyMissing: Answer(
        503,
        "收款账户的密钥打不开：请联系技术人员检查配置 channel_accounts.secret_key_file，再试一次。",
    ),
    e.ChannelAccountNotFound: Answer(404, "没有找到这个收款账户，请回到列表刷新后再看。"),
    e.ChannelAccountTaken: Answer(
        409, "这个运营商在该渠道已有一个启用的收款账户：请先停用那一个，再启用这个。"
    ),
    e.RefundNotFound: Answer(
        404,
        "没有找到这笔退款，请核对编号，或回到列表刷新。",
        driver_text="没有找到这笔退款，请在钱包的“退款记录”里查看。",
    ),
    e.RefundPartClosed: Answer(409, "这一部分现在不能这样处理：它已经结束，或正由渠道处理。请刷新后再看。"),
    e.PayPasswordNeeded: Answer(409, "请输入支付密码；如果没有看到输入的地方，请更新小程序后再试。"),
    e.WrongPayPassword: Answer(422, wrong_pay_password, ("tries_left",)),
    e.PayPasswordClosed: Answer(409, pay_password_closed, ("until",)),
    e.PayPasswordTooPlain: Answer(
        422, "这个密码太简单，很容易被猜到：请不要用 6 个相同的数字，或连续的数字（如 123456）。"
    ),
    e.PayPasswordExists: Answer(409, "您已经设置过支付密码，可以修改它；忘记了可以重新设置。"),
    e.PayPasswordMissing: Answer(409, "您还没有设置支付密码，请先设置。"),
    e.PhoneDiffers: Answer(
        409, "这个手机号不是绑定的手机号，或绑定还不满 24 小时；请改用不核对手机号的方式，24 小时后可退款。"
    ),
    e.RefundsLocked: Answer(409, refunds_locked, ("until",)),
    e.DriverNotFound: Answer(404, "没有找到这位车主，请核对车主编号。"),
    e.IdleFeeNotWaivable: Answer(409, "这次充电没有产生占位费，不需要免除。请刷新后再看。"),
    e.AdjustmentNotFound: Answer(404, "没有找到这笔余额调整，请核对编号，或回到列表刷新。"),
    e.AdjustmentTooMuch: Answer(409, adjustment_too_much, ("available_fen",)),
    e.AdjustmentDecided: Answer(409, "这笔余额调整已经有结果了，请刷新后再看。"),
    e.SecondPersonNeeded: Answer(409, "自己申请的调整不能自己审批，请让另一位有审批权限的同事处理。"),
    e.NoDebt: Answer(409, no_debt, ("debt_fen", "available_fen")),
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
    e.InsufficientFunds: Answer(409, balance_too_low, ("available_fen", "required_fen")),
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
