"""Decision 核对结论: how a person settles a session that cannot settle itself, or corrects what was settled.

Decides which registers a bill may go by, not what it costs. A settled session is corrected, never reopened (docs/adr/0017).
"""

from enum import StrEnum
from typing import Final

from backend.domain.errors import DecisionImpossible
from backend.domain.meter import MAX_SESSION
from backend.domain.meter_trail import OVER_RATED_PERCENT, SLACK_WH
from backend.domain.session import SessionState
from backend.domain.units import Watt, Wh

DECIDABLE: Final = frozenset({SessionState.REVIEW, SessionState.SETTLED})
_SECONDS_PER_HOUR: Final = 3_600


class Decision(StrEnum):
    BILL_RECORD = "bill_record"
    BILL_REGISTER = "bill_register"
    BILL_NOTHING = "bill_nothing"


def check_registers(start_wh: int | None, end_wh: int | None, rated_w: Watt) -> tuple[Wh, Wh]:
    """The two registers where they can be billed. Raises DecisionImpossible: no_registers, backwards, too_much."""
    if start_wh is None or end_wh is None:
        raise DecisionImpossible(reason="no_registers")
    if end_wh < start_wh:
        raise DecisionImpossible(reason="backwards")
    if end_wh - start_wh > most_energy(rated_w):
        raise DecisionImpossible(reason="too_much")
    return Wh(start_wh), Wh(end_wh)


def most_energy(rated_w: Watt) -> Wh:
    """More than this no session can have taken: the longest one at the most that its connector gives."""
    seconds = int(MAX_SESSION.total_seconds())
    return Wh(rated_w * seconds * OVER_RATED_PERCENT // (_SECONDS_PER_HOUR * 100) + SLACK_WH)
