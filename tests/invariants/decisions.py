"""Invariants of what people decided: I24 each decision is audited, numbered and what the bill says."""

from collections import Counter
from collections.abc import Iterator

from backend.domain.decision import Decision
from backend.domain.session import SessionState
from tests.invariants.rows import Rows


def decisions_are_carried_out(rows: Rows) -> Iterator[str]:
    """I30: a decided session is settled, its order says what was decided last, each decision is numbered and audited."""
    told = Counter(row.object_no for row in rows.audit_rows if row.action == "session.decide")
    for session_id, decisions in rows.decisions_by_session.items():
        session = rows.session_by_id.get(session_id)
        if session is None:
            yield f"session {session_id} was decided and does not exist"
            continue
        name = f"session {session.id} ({session.session_no}, {session.state.value})"
        if [row.number for row in decisions] != list(range(1, len(decisions) + 1)):
            yield f"{name} has the decisions {[row.number for row in decisions]}"
        if told[session.session_no] != len(decisions):
            yield f"{name} was decided {len(decisions)} times, {told[session.session_no]} are audited"
        if session.state is not SessionState.SETTLED:
            yield f"{name} was decided and is not settled"
        last = decisions[-1]
        for order in rows.orders_by_session[session_id]:
            if (order.total_fen, order.energy_wh) != (last.total_fen, last.energy_wh):
                yield (
                    f"{name} was decided to be {last.energy_wh} Wh for {last.total_fen} fen, "
                    f"its order says {order.energy_wh} Wh for {order.total_fen}"
                )
        if last.decision is Decision.BILL_NOTHING and (last.total_fen or last.energy_wh):
            yield f"{name} is not to be billed, and is billed {last.total_fen} fen"
