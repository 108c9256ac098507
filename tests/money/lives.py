"""Lives of money, one after the other in a database that is emptied between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

from backend.models import TABLES
from backend.models.engine import database as db
from backend.models.engine.migrations import apply_migrations
from tests.money.judge import Tally, judge
from tests.money.life import Life

ACTS: Final = 60


def live_alone(seeds: Iterable[int], folder: Path) -> Tally:
    """Each seed's life in a SQLite database in `folder`; one thing after the other."""
    db.connect(f"sqlite:///{folder / 'money.sqlite'}")
    try:
        apply_migrations()
        db.database.execute_sql("PRAGMA synchronous=OFF")
        return live(seeds)
    finally:
        db.close()


def live(seeds: Iterable[int], *, is_parallel: bool = False) -> Tally:
    """Each seed's life in the database that is bound; `is_parallel`: also at the same instant."""
    tally = Tally()
    for seed in seeds:
        db.transact(_empty)
        db.forget()
        life = Life(seed, is_parallel=is_parallel)
        life.live(ACTS)
        found = judge(life)
        told = tuple(f"seed {seed}: {one}" for one in found.told)
        tally += replace(found, told=told)
    return tally


def _empty() -> None:
    for table in TABLES:
        table.delete().execute()
