"""Agreements (协议): the texts that drivers accept, in versions that never change once published.

The platform's texts are accepted at log-in, an operator's own service terms before the first charge at its stations.
"""

from enum import StrEnum
from typing import Final

TITLE_CHARS: Final = 50
TEXT_CHARS: Final = 20_000
NOTE_CHARS: Final = 500


class AgreementKind(StrEnum):
    USER_AGREEMENT = "user_agreement"
    PRIVACY_POLICY = "privacy_policy"
    SERVICE_TERMS = "service_terms"


PLATFORM_KINDS: Final = (AgreementKind.USER_AGREEMENT, AgreementKind.PRIVACY_POLICY)
OPERATOR_KINDS: Final = (AgreementKind.SERVICE_TERMS,)


def kinds_of(*, is_platform: bool) -> tuple[AgreementKind, ...]:
    """The kinds of text that an operator may publish: the wallet and the log-in are the platform's."""
    return PLATFORM_KINDS + OPERATOR_KINDS if is_platform else OPERATOR_KINDS
