"""The two ways in which the real hosts say no."""


class PayError(Exception):
    """WeChat Pay's refusal: an HTTP status and `{code, message}`, unsigned. Control addresses use it too."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message


class WechatError(Exception):
    """The mini-program API's refusal: `{errcode, errmsg}` with HTTP 200."""

    def __init__(self, errcode: int, errmsg: str) -> None:
        super().__init__(errcode)
        self.errcode = errcode
        self.errmsg = errmsg


def param_error(message: str) -> PayError:
    """400 PARAM_ERROR with this text."""
    return PayError(400, "PARAM_ERROR", message)
