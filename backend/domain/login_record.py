"""How a try to log in at the desk ended (登录结果). A row is written of every try; what was typed as password, never."""

from enum import StrEnum


class LoginOutcome(StrEnum):
    """`code_awaited`: the password was right, and the second factor was asked for."""

    OK = "ok"
    WRONG = "wrong"
    CLOSED = "closed"
    DISABLED = "disabled"
    CODE_AWAITED = "code_awaited"
    CODE_WRONG = "code_wrong"
