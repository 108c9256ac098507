"""The part of the policy that a session keeps from its start on: columns of its row, so that reading it asks nobody."""

from dataclasses import asdict
from typing import Final

from backend.domain.policy import DEFAULTS, Terms
from backend.models import Session

_NAMES: Final = tuple(asdict(DEFAULTS.terms))


def terms_of(session: Session) -> Terms:
    """The terms of a session; those of one that a program without a policy started are the defaults."""
    kept = {name: getattr(session, name) for name in _NAMES}
    return Terms(**{name: value for name, value in kept.items() if value is not None})


def columns_of(terms: Terms) -> dict[str, int]:
    """The columns of a new session."""
    return {name: getattr(terms, name) for name in _NAMES}
