"""An empty world for each play, made once and copied: a database with the station, its piles and three drivers."""

import shutil
from pathlib import Path
from typing import Any

from backend.domain.pile import PileKind
from backend.models.engine import database as db
from backend.models.engine.migrations import apply_migrations
from backend.services.sites.register_pile import register_pile
from tests.judgement.stage import BALANCE_FEN, BEGINS_AT, OTHER_PILE_NO
from tests.scenario import Scenario


class Worlds:
    """Binds the models to a copy of the template in `folder` for each play; `close` at the end."""

    def __init__(self, folder: Path) -> None:
        self._template, self._copy = folder / "template.sqlite", folder / "play.sqlite"
        db.connect(f"sqlite:///{self._template}")
        apply_migrations()
        self._world, self._drivers = make_world()
        db.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()

    def bind(self) -> tuple[Scenario, list[Any]]:
        """Bind a new copy; its world and drivers."""
        db.close()
        for suffix in ("-wal", "-shm"):
            self._copy.with_name(self._copy.name + suffix).unlink(missing_ok=True)
        shutil.copy(self._template, self._copy)
        db.connect(f"sqlite:///{self._copy}")
        db.database.execute_sql("PRAGMA synchronous=OFF")
        self._world.now = BEGINS_AT
        return self._world, self._drivers

    def close(self) -> None:
        db.close()


def make_world() -> tuple[Scenario, list[Any]]:
    world = Scenario()
    register_pile(
        station=world.station,
        tariff=None,
        pile_no=OTHER_PILE_NO,
        name="2号快充桩",
        kind=PileKind.DC,
        rated_w=120_000,
        guns=2,
        vendor="",
        model="",
        now=world.now,
    )
    return world, [world.driver(BALANCE_FEN) for _ in range(3)]
