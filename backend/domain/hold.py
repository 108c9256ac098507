"""Hold 预冻结: how much of a wallet is set aside before a start (docs/money.md, "Size of a hold")."""

from dataclasses import dataclass

from backend.domain.errors import BalanceTooLow, LimitOutOfRange
from backend.domain.units import Fen


@dataclass(frozen=True, slots=True)
class HoldPolicy:
    """Smallest hold a start needs and the largest one taken, in fen. Raises ValueError unless 0 < min ≤ cap."""

    min_fen: Fen
    cap_fen: Fen

    def __post_init__(self) -> None:
        if not 0 < self.min_fen <= self.cap_fen:
            raise ValueError("a hold policy needs 0 < min_fen <= cap_fen")


def size_hold(available_fen: Fen, limit_fen: Fen | None, policy: HoldPolicy) -> Fen:
    """Smallest of the wallet, the driver's own limit (None: none set) and the policy's cap.

    Raises LimitOutOfRange for a limit outside the policy, BalanceTooLow for a wallet below its minimum.
    """
    if limit_fen is not None and not policy.min_fen <= limit_fen <= policy.cap_fen:
        raise LimitOutOfRange(min_fen=policy.min_fen, max_fen=policy.cap_fen)
    if available_fen < policy.min_fen:
        raise BalanceTooLow(available_fen=available_fen, required_fen=policy.min_fen)
    return min(available_fen, policy.cap_fen if limit_fen is None else limit_fen)
