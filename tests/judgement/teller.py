"""What comes between a pile and the product: a lie, or an outage."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from backend.services.commands.queue import OutgoingCommand
from tests.judgement.words import Word

if TYPE_CHECKING:
    from tests.judgement.stage import Stage


class Teller(Protocol):
    """`expected`: what may become of A's charge. `names_others`: it is also about another driver's charge."""

    @property
    def name(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def deaf_to(self) -> str: ...
    @property
    def expected(self) -> frozenset[str]: ...
    @property
    def names_others(self) -> bool: ...

    def alter(self, stage: "Stage", word: Word) -> Iterable[Word]:
        """What is said instead of a true word."""

    def add(self, stage: "Stage") -> Iterable[Word]:
        """What is said besides, at this minute."""

    def ignores(self, stage: "Stage", command: OutgoingCommand) -> bool:
        """Whether the pile behaves as if it had not been told."""
