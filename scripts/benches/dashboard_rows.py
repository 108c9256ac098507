"""The data of the bench `dashboard`: the demo's history of three years at 10 000 piles, written as `scripts/seed_demo` does."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from backend.models import TABLES
from backend.models.engine import database as bound
from backend.models.engine.database import database
from backend.services.upkeep.rebuild_live import rebuild_live
from scripts.benches.result import say
from scripts.local.demo.seed import seed
from scripts.local.demo.years.seed_years import DAYS_PER_YEAR, seed_years

YEARS: Final = 3
PILES_PER_STATION: Final = 16
LEAST_STATIONS: Final = 24
"""Fewer are all of one operator."""
SEED: Final = 1
LONGEST_STATEMENT_S: Final = 1_800


@dataclass(frozen=True, slots=True)
class Seeded:
    """How many charges there are, and the last day that has any."""

    orders: int
    last_day: date


def seed_dashboard(*, url: str, orders: int, piles: int, folder: Path, now: datetime) -> Seeded:
    """Write it into empty tables; prints how long each part took. The product's own connection is bound again after it."""
    bound.connect(url, statement_timeout_s=LONGEST_STATEMENT_S)
    try:
        return _seed(orders, piles, folder, now)
    finally:
        bound.close()
        bound.connect(url)


def _seed(orders: int, piles: int, folder: Path, now: datetime) -> Seeded:
    began = time.monotonic()
    seed(piles=piles, folder=folder, now=now, stations=max(LEAST_STATIONS, piles // PILES_PER_STATION))
    say(f"  {piles:,} piles in {time.monotonic() - began:.0f} s; {orders:,} orders …")
    # the server is the bench's own, and nobody copies it
    database.execute_sql("SET SESSION sql_log_bin = 0")
    database.execute_sql("SET GLOBAL innodb_flush_log_at_trx_commit = 0")
    began = time.monotonic()
    written = seed_years(
        days=YEARS * DAYS_PER_YEAR,
        orders=orders,
        seed=SEED,
        now=now,
        tell=lambda step, done: say(f"  {time.monotonic() - began:5.0f} s  {step} {done:,}"),
    )
    say(f"  {written.orders:,} orders in {time.monotonic() - began:.0f} s")
    tables = ", ".join(table._meta.table_name for table in TABLES)  # noqa: SLF001 - peewee has no other door
    database.execute_sql(f"ANALYZE TABLE {tables}")  # else plans depend on when the server thinks of it
    database.execute_sql("SET GLOBAL innodb_flush_log_at_trx_commit = 1")
    rebuild_live(now=now)
    return Seeded(written.orders, written.last_day)
