"""How a driver proves who they are: what services ask of any of the ways in, and no more."""

from typing import Protocol

from backend.domain.identity import Identity


class LogIn(Protocol):
    """Safe to share between threads; each call takes at most about ten seconds."""

    def identify(self, code: str) -> tuple[Identity, ...]:
        """Spend a one-use code and return what it proves: first who it is, then what is known beside.

        Raises InvalidLoginCode (malformed, unknown or used) and ChannelUnavailable (cannot be asked now).
        """
        ...

    def find_phone(self, code: str) -> str:
        """Spend a one-use code of a phone number; the number, digits of the mainland.

        Raises InvalidLoginCode (also for a number from elsewhere) and ChannelUnavailable.
        """
        ...
