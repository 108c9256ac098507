import pytest

from backend.domain.connector import (
    EXPECTED,
    ConnectorGroup,
    ConnectorStatus,
    check_startable,
    group_of,
    is_expected,
)
from backend.domain.errors import (
    ConnectorBusy,
    ConnectorFaulted,
    ConnectorNotPlugged,
    ConnectorUnavailable,
    DomainError,
    PileOffline,
)

S = ConnectorStatus


def answer(status: ConnectorStatus, *, plugged: bool, require_plug: bool) -> type[DomainError] | None:
    try:
        check_startable(status, plugged=plugged, require_plug=require_plug)
    except DomainError as error:
        return type(error)
    return None


@pytest.mark.parametrize(
    ("status", "refusal"),
    [
        (S.OFFLINE, PileOffline),
        (S.IDLE, None),
        (S.PLUGGED, None),
        (S.CHARGING, ConnectorBusy),
        (S.SUSPENDED_EV, ConnectorBusy),
        (S.SUSPENDED_PILE, ConnectorBusy),
        (S.FINISHING, None),
        (S.RESERVED, ConnectorBusy),
        (S.FAULTED, ConnectorFaulted),
        (S.UNAVAILABLE, ConnectorUnavailable),
    ],
)
def test_a_plugged_connector_starts_unless_its_status_is_against_it(
    status: ConnectorStatus, refusal: type[DomainError] | None
) -> None:
    for require_plug in (True, False):
        assert answer(status, plugged=True, require_plug=require_plug) is refusal


def test_an_unplugged_connector_is_refused_where_policy_asks_for_a_plug() -> None:
    assert answer(S.IDLE, plugged=False, require_plug=True) is ConnectorNotPlugged
    assert answer(S.IDLE, plugged=False, require_plug=False) is None
    assert answer(S.FINISHING, plugged=False, require_plug=True) is ConnectorNotPlugged
    assert answer(S.FINISHING, plugged=False, require_plug=False) is ConnectorBusy


def test_the_status_plugged_is_proof_of_a_plug() -> None:
    assert answer(S.PLUGGED, plugged=False, require_plug=True) is None


def test_every_status_has_its_expected_followers_and_its_group() -> None:
    assert set(EXPECTED) == set(ConnectorStatus)
    for status in ConnectorStatus:
        assert is_expected(status, status)
        assert {S.OFFLINE, S.FAULTED, S.UNAVAILABLE} <= EXPECTED[status]
    assert {group_of(status, online=True) for status in ConnectorStatus} == set(ConnectorGroup)


def test_an_idle_connector_does_not_charge_before_it_is_plugged() -> None:
    assert is_expected(S.IDLE, S.PLUGGED)
    assert not is_expected(S.IDLE, S.CHARGING)
    assert not is_expected(S.CHARGING, S.IDLE)


@pytest.mark.parametrize(
    ("status", "group"),
    [
        (S.IDLE, ConnectorGroup.FREE),
        (S.FINISHING, ConnectorGroup.PLUGGED),
        (S.RESERVED, ConnectorGroup.PLUGGED),
        (S.SUSPENDED_EV, ConnectorGroup.CHARGING),
        (S.UNAVAILABLE, ConnectorGroup.FAULTED),
        (S.OFFLINE, ConnectorGroup.OFFLINE),
    ],
)
def test_screens_group_statuses_and_never_trust_an_offline_pile(
    status: ConnectorStatus, group: ConnectorGroup
) -> None:
    assert group_of(status, online=True) is group
    assert group_of(status, online=False) is ConnectorGroup.OFFLINE
