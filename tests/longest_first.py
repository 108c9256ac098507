"""Which files run first where several processes share the suite: one that begins late keeps the others waiting for it."""

from collections.abc import Iterable
from typing import Final

import pytest

LONGEST: Final = (
    "security/test_contract.py",
    "integration/test_front_ends.py",
    "security/test_http_bodies.py",
    "faults/test_kill_services.py",
    "judgement/test_judgement.py",
    "journeys/test_bad_network.py",
    "journeys/test_first_day.py",
    "security/test_ownership.py",
    "integration/test_run.py",
    "security/test_hostile_texts.py",
    "journeys/test_operator.py",
    "integration/test_list_plans.py",
    "integration/test_self_check.py",
    "faults/test_kill_sweep.py",
    "faults/test_meters.py",
    "integration/test_bridge_mqtt.py",
    "faults/test_kill_servers.py",
    "faults/test_wire_database.py",
    "faults/test_full_disk.py",
    "faults/test_outages.py",
    "faults/test_wire_messages.py",
    "journeys/test_driver.py",
    "unit/domain/test_fees_against_oracle.py",
)
"""Those that took more than 45 s each when their times were last written down, the longest first."""


def longest_first(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """The tests of these files before all others, which stay in their order."""
    places = {name: place for place, name in enumerate(LONGEST)}
    return sorted(
        items, key=lambda item: places.get(item.nodeid.split("::")[0].removeprefix("tests/"), len(places))
    )
