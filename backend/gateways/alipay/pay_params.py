"""What a driver pays by Alipay with. Apart from the gateway, so that the contract shows it without a library."""

import msgspec


class AlipayPayParams(msgspec.Struct, frozen=True):
    """`link` opens in a browser outside WeChat; `qr_code` is for Alipay's scanner, `qr_image` the same as a PNG (data URL).

    Both pay the same payment; it can be paid once.
    """

    link: str
    qr_code: str
    qr_image: str
