"""Whom a driver may call where no station is at hand: the platform's phone and its hours. Also who is not logged in."""

import msgspec

from backend.services.ground.operator_book import read_operators


class HelpView(msgspec.Struct, frozen=True, kw_only=True):
    """Both are "" where the platform told none."""

    service_phone: str
    service_hours: str


def get_help() -> HelpView:
    """From memory, a few seconds old at most. Raises ServiceUnavailable."""
    line = read_operators().platform_help
    return HelpView(service_phone=line.phone, service_hours=line.hours)
