"""The idle fee's terms of a tariff version as columns of its row: all three, or none where a car may stay for nothing."""

from backend.domain.idle_fee import IdleTerms
from backend.models import TariffVersion


def load_idle_terms(version: TariffVersion) -> IdleTerms | None:
    """What a version asks of a car that stays."""
    free_minutes, minute_fen, day_cap_fen = (
        version.idle_free_minutes,
        version.idle_minute_fen,
        version.idle_day_cap_fen,
    )
    if free_minutes is None or minute_fen is None or day_cap_fen is None:
        return None
    return IdleTerms(free_minutes=free_minutes, minute_fen=minute_fen, day_cap_fen=day_cap_fen)


def keep_idle_terms(version: TariffVersion, terms: IdleTerms | None) -> None:
    """Put the terms on a draft's row, which the caller saves."""
    version.idle_free_minutes = None if terms is None else terms.free_minutes
    version.idle_minute_fen = None if terms is None else terms.minute_fen
    version.idle_day_cap_fen = None if terms is None else terms.day_cap_fen
