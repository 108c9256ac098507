"""What the mini-program pays with. Apart from the gateway, so that the contract shows it without a library."""

import msgspec


class WechatPayParams(msgspec.Struct, frozen=True, rename="camel"):
    """The argument of `wx.requestPayment`: timeStamp, nonceStr, package, signType, paySign."""

    time_stamp: str
    nonce_str: str
    package: str
    sign_type: str
    pay_sign: str
