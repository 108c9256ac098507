"""Runs works at the same instant, each in a thread with its own database connection."""

import threading
from collections.abc import Callable, Sequence

from backend.domain.errors import DomainError
from backend.models.engine import database

JOIN_S = 60


def at_once(works: Sequence[Callable[[], object]]) -> list[str]:
    """What became of each work, in order: "ok" or the code of the refusal; "lost" for anything else."""
    barrier = threading.Barrier(len(works))
    outcomes = ["lost"] * len(works)

    def run(place: int, work: Callable[[], object]) -> None:
        barrier.wait()
        try:
            work()
            outcomes[place] = "ok"
        except DomainError as refusal:
            outcomes[place] = refusal.code
        finally:
            database.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(JOIN_S)
    return outcomes
