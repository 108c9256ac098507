"""Which callers count as one where limits count addresses."""

from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Final

IPV6_PREFIX: Final = 64
"""One customer has at least so large a network, and may take any address in it."""


def network_of(address: str) -> str:
    """The address itself for IPv4, its /64 for IPv6; what is no address at all comes back as it is."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Network((parsed.packed, IPV6_PREFIX), strict=False))
