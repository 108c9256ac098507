"""What Alipay's open platform signs, after its published rules; the product must agree with it only through the wire."""

from collections.abc import Mapping

SIGN_TYPE = "RSA2"


def asked_message(params: Mapping[str, str]) -> bytes:
    """What a merchant signs: all parameters but `sign` and empty ones, in order of their names."""
    return _joined({name: value for name, value in params.items() if value and name != "sign"})


def told_message(fields: Mapping[str, str]) -> bytes:
    """What Alipay signs of a notify: all fields but `sign` and `sign_type`, empty ones too."""
    return _joined({name: value for name, value in fields.items() if name not in {"sign", "sign_type"}})


def _joined(fields: Mapping[str, str]) -> bytes:
    return "&".join(f"{name}={value}" for name, value in sorted(fields.items())).encode()
