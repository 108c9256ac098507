"""A new pile's way on line in one word, and whether the broker has its account: the latest sign counts, no guess."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from backend.domain.arrival import ArrivalState, Signs, judge_arrival
from backend.domain.broker_account import (
    AccountState,
    BrokerProblem,
    ContactRefusal,
    NodeReport,
    account_state,
)

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
BEFORE, LATER = NOW - timedelta(minutes=2), NOW - timedelta(minutes=1)
FRESH = Signs(
    account=AccountState.TAKEN,
    issued_at=BEFORE,
    connected_at=None,
    refused_at=None,
    refusal=None,
    heard_at=None,
    is_heard=False,
    is_clock_set=False,
    quarantined_at=None,
    guns=2,
    told_guns=0,
    is_priced=True,
    is_open=True,
)
WRONG = replace(FRESH, refused_at=LATER, refusal=ContactRefusal.WRONG_SECRET)
HEARD = replace(FRESH, heard_at=NOW, is_heard=True)
TOLD = replace(HEARD, is_clock_set=True, told_guns=2)


@pytest.mark.parametrize(
    ("signs", "state"),
    [
        (replace(FRESH, issued_at=None), ArrivalState.NO_SECRET),
        (replace(FRESH, account=AccountState.PENDING), ArrivalState.ACCOUNT_PENDING),
        (replace(FRESH, account=AccountState.STUCK), ArrivalState.ACCOUNT_STUCK),
        (FRESH, ArrivalState.NOT_CONNECTED),
        (WRONG, ArrivalState.WRONG_SECRET),
        (replace(WRONG, refusal=ContactRefusal.WRONG_CLIENT_ID), ArrivalState.WRONG_CLIENT_ID),
        (replace(WRONG, connected_at=NOW), ArrivalState.SILENT),
        (replace(WRONG, connected_at=BEFORE), ArrivalState.WRONG_SECRET),
        # what was before the present secret says nothing about it
        (replace(WRONG, refused_at=BEFORE - timedelta(days=1)), ArrivalState.NOT_CONNECTED),
        (replace(FRESH, connected_at=LATER, quarantined_at=NOW), ArrivalState.REFUSED_MESSAGES),
        (replace(FRESH, connected_at=BEFORE, heard_at=LATER), ArrivalState.GONE),
        (HEARD, ArrivalState.CLOCK_OFF),
        (replace(HEARD, is_clock_set=True, told_guns=1), ArrivalState.NO_STATUS),
        (replace(TOLD, is_priced=False, is_open=False), ArrivalState.NO_PRICE),
        (replace(TOLD, is_open=False), ArrivalState.NOT_OPEN),
        (TOLD, ArrivalState.READY),
        (replace(TOLD, account=AccountState.PENDING), ArrivalState.READY),
    ],
)
def test_the_first_thing_that_stands_in_the_way_is_told(signs: Signs, state: ArrivalState) -> None:
    assert judge_arrival(signs) is state


def _node(version: int, *, ago_s: int = 1, problem: BrokerProblem = BrokerProblem.NONE) -> NodeReport:
    return NodeReport(seen_at=NOW - timedelta(seconds=ago_s), taken_version=version, problem=problem)


@pytest.mark.parametrize(
    ("version", "nodes", "expected"),
    [
        (None, [], (AccountState.TAKEN, None)),
        (5, [], (AccountState.STUCK, None)),
        (5, [_node(5)], (AccountState.TAKEN, None)),
        (5, [_node(9, ago_s=3_600)], (AccountState.TAKEN, None)),
        (5, [_node(4)], (AccountState.PENDING, None)),
        (5, [_node(5), _node(4)], (AccountState.PENDING, None)),
        (5, [_node(4, ago_s=60)], (AccountState.STUCK, None)),
        (
            5,
            [_node(4, problem=BrokerProblem.BROKER_AWAY)],
            (AccountState.STUCK, BrokerProblem.BROKER_AWAY),
        ),
        # a broker that nobody has seen for a day is waited for no longer
        (5, [_node(5), _node(1, ago_s=100_000)], (AccountState.TAKEN, None)),
    ],
)
def test_an_account_is_in_force_when_every_broker_has_taken_it(
    version: int | None, nodes: list[NodeReport], expected: tuple[AccountState, BrokerProblem | None]
) -> None:
    assert account_state(is_issued=True, version=version, nodes=nodes, now=NOW) == expected
