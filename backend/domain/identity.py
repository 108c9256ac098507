"""Identity 身份: what a log-in proves of a driver, as a kind and the key the person has there.

A driver has any number of them; a kind and key is one driver's.
"""

from dataclasses import dataclass
from enum import StrEnum


class IdentityKind(StrEnum):
    """`wechat_union`: the person in all apps of one owner at WeChat; what is proven beside, never alone."""

    WECHAT_MINI_PROGRAM = "wechat_mini_program"
    WECHAT_UNION = "wechat_union"


@dataclass(frozen=True, slots=True)
class Identity:
    kind: IdentityKind
    key: str
