"""Invariants of cars that stay: I52 a fee is what the kept spells come to, and is posted once; I53 who can be billed at all.

Minutes are counted anew here, instant by instant of the local day, without the product's rule.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from backend.domain.idle_fee import StayState
from backend.domain.ledger import AccountKind, EntryKind
from backend.models import IdleStay, Order
from tests.invariants.rows import Rows

CONCLUDED = frozenset({StayState.BILLED, StayState.WAIVED})
DAY = timedelta(days=1)


def idle_fees_are_what_was_heard(rows: Rows) -> Iterator[str]:
    """I52: lines, total and postings of an idle fee are what its spells come to, none where it was waived."""
    stays = {stay.order_id: stay for stay in rows.idle_stays if stay.order_id is not None}
    posted = _posted(rows)
    for order in rows.idle_orders:
        name = f"idle order {order.id} ({order.order_no})"
        stay = stays.pop(order.id, None)
        if stay is None or stay.session_id != order.session_id or stay.state not in CONCLUDED:
            yield f"{name} is of no stay that was concluded"
            continue
        fee_fen = sum(fen for _, fen in _count(rows, stay).values())
        asked_fen = 0 if stay.state is StayState.WAIVED else fee_fen
        if {order.total_fen, order.idle_fen, order.captured_fen + order.debt_fen} != {asked_fen}:
            yield f"{name} asks {order.total_fen} fen, its spells come to {asked_fen}"
        if (told := _lines(rows, order)) != ({} if stay.state is StayState.WAIVED else _count(rows, stay)):
            yield f"{name} has the lines {told}"
        income_fen, debt_fen = posted.pop(order.order_no, (0, 0))
        # what was waived may have been owed, and paid before it came back
        most_owed_fen = fee_fen if stay.state is StayState.WAIVED else order.debt_fen
        if (income_fen, debt_fen >= -most_owed_fen) != (asked_fen, True):
            yield f"{name} has {income_fen} fen of income and {debt_fen} of debt"
    for number in posted:
        yield f"an idle fee's entry names {number!r}, which is no idle order"
    for stay in stays.values():
        yield f"the stay of session {stay.session_id} has no order {stay.order_id}"


def idle_fees_are_of_guns_that_sense_the_plug(rows: Rows) -> Iterator[str]:
    """I53: nobody is billed where a pulled plug was never told from one that is in, nor for a prepaid charge."""
    for order in rows.idle_orders:
        if order.connector_id not in rows.sensing_connectors:
            yield f"idle order {order.id} is of connector {order.connector_id}, which senses no plug"
        session = rows.session_by_id.get(order.session_id)
        if session is None or session.payment_id is not None or session.is_test:
            yield f"idle order {order.id} is of a charge that no wallet pays"


def _count(rows: Rows, stay: IdleStay) -> dict[date, tuple[int, int]]:
    """Local date → minutes and fen."""
    zone = ZoneInfo(rows.session_by_id[stay.session_id].time_zone)
    starts_at = stay.began_at + timedelta(minutes=stay.free_minutes)
    heard: Counter[date] = Counter()
    for spell in rows.idle_spells_by_session.get(stay.session_id, []):
        start, end = max(spell.from_at, starts_at), min(spell.to_at, stay.ended_at or spell.to_at)
        day = start.astimezone(zone).date()
        while day <= end.astimezone(zone).date():
            begins = datetime.combine(day, datetime.min.time(), tzinfo=zone)
            ends = datetime.combine(day + DAY, datetime.min.time(), tzinfo=zone)
            lasted = min(end, ends) - max(start, begins)
            heard[day] += max(0, lasted // timedelta(milliseconds=1))
            day += DAY
    counted = {day: lasted_ms // 60_000 for day, lasted_ms in heard.items()}
    return {
        day: (minutes, min(minutes * stay.minute_fen, stay.day_cap_fen))
        for day, minutes in counted.items()
        if minutes
    }


def _lines(rows: Rows, order: Order) -> dict[date, tuple[int, int]]:
    sums: dict[date, tuple[int, int]] = {}
    for line in rows.idle_lines_by_order.get(order.id, []):
        minutes, fee_fen = sums.get(line.local_date, (0, 0))
        sums[line.local_date] = (minutes + line.minutes, fee_fen + line.fee_fen)
    return {day: found for day, found in sums.items() if found != (0, 0)}


def _posted(rows: Rows) -> dict[str, tuple[int, int]]:
    """Order number → what its entries gave to the operator, and to the driver's debt account."""
    found: dict[str, tuple[int, int]] = {}
    for entry in rows.entries:
        if entry.kind not in {EntryKind.IDLE_FEE, EntryKind.IDLE_WAIVER}:
            continue
        income_fen, debt_fen = found.get(entry.reference, (0, 0))
        for posting in rows.postings_by_entry[entry.id]:
            kind = rows.account_by_id[posting.account_id].kind
            income_fen += posting.amount_fen * (kind is AccountKind.IDLE_INCOME)
            debt_fen += posting.amount_fen * (kind is AccountKind.DEBT)
        found[entry.reference] = (income_fen, debt_fen)
    return found
