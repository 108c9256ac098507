"""The fault switches, all off by default: `POST /sandbox/faults {...}` replaces the whole set, `{}` switches all off.

Answers (WeChat Pay and Alipay, and where it says so the mini-program API):
  http_status            answer with this error status instead of doing anything (all APIs)
  http_code              the `code` of that answer of WeChat Pay; by default FREQUENCY_LIMITED for 429, else SYSTEM_ERROR
  slow_s                 wait so long before each answer (all APIs)
  accept_then_drop       do what a changing call asks, then close the connection without an answer
  response_bad_signature sign other bytes than those sent
  alipay_unsigned        Alipay refuses without a signature, as it does when its own gateway stumbles
  alipay_sub_code        Alipay refuses with this reason, signed: ACQ.SYSTEM_ERROR, isp.unknow-error (code 20000) …
  wechat_errcode         the mini-program API answers this errcode (-1 busy, 40226 blocked, 45011 too often)

Notifies:
  notify_delay_s         wait so long before each attempt, not shortened by --notify-speed
  notify_drop            count the attempt as sent, but send nothing
  notify_duplicates      send so many copies more, all at once
  notify_probe           WeChat Pay sends one with a SIGNTEST signature before the true one
  notify_wrong_serial    WeChat Pay names an unknown platform key
  notify_wrong_key       Alipay's is signed by somebody else
  notify_tamper          forge the content of a correctly signed notify: {amount?, out_trade_no?}, of WeChat Pay's
                         also {mchid?, appid?, currency?, refund? of a refund}, of Alipay's {app_id?, seller_id?, trade_status?}
  notify_only_for        an out_trade_no: these switches touch no other order's notifies (nor their `times`)

States:
  pay_after_close        the person can pay an order that was closed or ran out
  refund_outcome         SUCCESS (default), ABNORMAL or CLOSED: how a refund ends

`times` bounds the set: it switches itself off after so many answers and notify attempts that it touched.
"""

from typing import Annotated, Literal

import msgspec

MAX_WAIT_S = 120
MAX_DUPLICATES = 50
MAX_TIMES = 1_000_000

Outcome = Literal["SUCCESS", "ABNORMAL", "CLOSED"]
Wait = Annotated[float, msgspec.Meta(ge=0, le=MAX_WAIT_S)]

_ANSWER = frozenset({"http_status", "http_code", "slow_s"})
WECHAT_FAULTS = _ANSWER | {"wechat_errcode"}
PAY_READ_FAULTS = _ANSWER | {"response_bad_signature"}
PAY_CHANGE_FAULTS = PAY_READ_FAULTS | {"accept_then_drop"}
ALIPAY_READ_FAULTS = PAY_READ_FAULTS | {"alipay_unsigned", "alipay_sub_code"}
ALIPAY_CHANGE_FAULTS = ALIPAY_READ_FAULTS | {"accept_then_drop"}
NOTIFY_FAULTS = frozenset(
    {
        "notify_delay_s",
        "notify_drop",
        "notify_duplicates",
        "notify_probe",
        "notify_wrong_serial",
        "notify_wrong_key",
        "notify_tamper",
    }
)


class Tamper(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Fields to forge; those left out stay true."""

    amount: int | None = None
    refund: int | None = None
    mchid: str | None = None
    appid: str | None = None
    currency: str | None = None
    out_trade_no: str | None = None
    app_id: str | None = None
    seller_id: str | None = None
    trade_status: str | None = None


class Faults(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """See the module."""

    http_status: Annotated[int, msgspec.Meta(ge=400, le=599)] | None = None
    http_code: str = ""
    slow_s: Wait = 0
    accept_then_drop: bool = False
    response_bad_signature: bool = False
    alipay_unsigned: bool = False
    alipay_sub_code: str = ""
    wechat_errcode: int | None = None
    notify_delay_s: Wait = 0
    notify_drop: bool = False
    notify_duplicates: Annotated[int, msgspec.Meta(ge=0, le=MAX_DUPLICATES)] = 0
    notify_probe: bool = False
    notify_wrong_serial: bool = False
    notify_wrong_key: bool = False
    notify_tamper: Tamper = Tamper()
    notify_only_for: str = ""
    pay_after_close: bool = False
    refund_outcome: Outcome = "SUCCESS"
    times: Annotated[int, msgspec.Meta(ge=1, le=MAX_TIMES)] | None = None

    def __post_init__(self) -> None:
        if self.http_code and self.http_status is None:
            raise ValueError("http_code needs http_status")


OFF = Faults()


class FaultBox:
    """The switches in force."""

    def __init__(self) -> None:
        self.current = OFF

    def take_for_notify(self, out_trade_no: str) -> Faults:
        """Those that touch a notify about this order."""
        if self.current.notify_only_for not in {"", out_trade_no}:
            return OFF
        return self.take(NOTIFY_FAULTS)

    def take(self, names: frozenset[str]) -> Faults:
        """Those of `names` that are on, the others off; counts one of `times` when any is."""
        active = {
            name: value for name in names if (value := getattr(self.current, name)) != getattr(OFF, name)
        }
        if not active:
            return OFF
        self._count_down()
        return Faults(**active)

    def _count_down(self) -> None:
        times = self.current.times
        if times == 1:
            self.current = OFF
        elif times is not None:
            self.current = msgspec.structs.replace(self.current, times=times - 1)
