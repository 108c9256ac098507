"""Which addresses count as one caller."""

import pytest

from backend.domain.caller_network import network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:7:1:aaaa::9", "2001:db8:7:1::/64"),
        ("2001:db8:7:1::", "2001:db8:7:1::/64"),
        ("2001:db8:7:2::1", "2001:db8:7:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("", ""),
        ("no address", "no address"),
    ],
)
def test_an_ipv4_address_counts_alone_and_an_ipv6_network_as_one(address: str, network: str) -> None:
    assert network_of(address) == network
