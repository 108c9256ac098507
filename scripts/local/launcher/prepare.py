"""The child process that makes what a start needs: a filled run folder, the broker's packages, a front-end's pages.

`python -m scripts.local.launcher.prepare data FOLDER PILES YEARS SANDBOX_URL API_URL`, `… prepare broker` and `… prepare
front_end NAME`. It writes `begin<TAB>label` and `done<TAB>label<TAB>seconds` for the launcher; a failure is one line
that begins with ✗, and `missing<TAB>sentence` is a failure without which the rest can run.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.embedded.broker import prepare_broker
from scripts.environment import NotReadyError
from scripts.front_ends.build import FRONT_ENDS, build
from scripts.local.launcher.run_folder import RunFolder

KEYS_LABEL = "密钥与沙箱商户"
DATABASE_LABEL = "数据库结构"
DEMO_LABEL = "演示数据：充电站、电价、充电桩、员工"
HISTORY_LABEL = "历史数据：充电、充值、退款、账本和汇总"
ACCOUNTS_LABEL = "MQTT 账号"
BROKER_LABEL = "MQTT 服务器组件"


def main(arguments: list[str]) -> None:
    """Do one of the three; exits 1 with one sentence when that cannot be."""
    try:
        if arguments[0] == "broker":
            with _step(BROKER_LABEL):
                prepare_broker(lambda line: print(line, flush=True))
        elif arguments[0] == "front_end":
            _build_front_end(arguments[1])
        else:
            path, piles, years, sandbox_url, api_url = arguments[1:]
            _make_data(RunFolder(Path(path)), int(piles), int(years), sandbox_url, api_url)
    except NotReadyError as problem:
        print(f"✗ {problem}", flush=True)
        sys.exit(1)


def _build_front_end(name: str) -> None:
    """People can charge and operators can be served without it, so that it ends nothing."""
    (front_end,) = (one for one in FRONT_ENDS if one.name == name)
    try:
        with _step(front_end.label):
            build(front_end, lambda line: print(f"begin\t{line}", flush=True))
    except NotReadyError as problem:
        told = str(problem).replace("\n", " ")
        print(f"missing\t{front_end.label}：{told}", flush=True)


def _make_data(folder: RunFolder, piles: int, years: int, sandbox_url: str, api_url: str) -> None:
    # Imported here: the broker's child needs none of them.
    from backend.gateways.clock import utc_now
    from backend.models.engine import database
    from backend.models.engine.migrations import apply_migrations
    from scripts.local.demo.seed import seed
    from scripts.operations.broker_file import write_broker_passwords
    from scripts.stand_ins.sandbox.keys import make_keys

    with _step(KEYS_LABEL):
        make_keys(folder.keys, sandbox_url, f"{api_url}/notify/wechat")
    with _step(DATABASE_LABEL):
        database.connect(folder.database_url)
        apply_migrations()
    if piles:
        with _step(DEMO_LABEL):
            seed(piles=piles, folder=folder.path, now=utc_now())
    if years:
        with _step(HISTORY_LABEL):
            _write_history(folder, piles, years)
    with _step(ACCOUNTS_LABEL):
        accounts = {name: folder.secret(name) for name in ("bridge", "viewer")}
        write_broker_passwords(folder.passwords, accounts)
    database.close()


def _write_history(folder: RunFolder, piles: int, years: int) -> None:
    from backend.gateways.clock import utc_now
    from scripts.local.demo.command_line import ORDERS_PER_PILE_AND_YEAR
    from scripts.local.demo.seed import tell_meters
    from scripts.local.demo.years.seed_years import DAYS_PER_YEAR, NotEmptyError, list_meters, seed_years

    try:
        seed_years(
            days=years * DAYS_PER_YEAR,
            orders=piles * years * ORDERS_PER_PILE_AND_YEAR,
            seed=1,
            now=utc_now(),
            tell=lambda step, done: print(f"begin\t{step} {done:,}", flush=True),
        )
        tell_meters(list_meters(), folder=folder.path)
    except NotEmptyError as problem:
        raise NotReadyError(f"{problem} 请加 --fresh 重新开始，或者不加 --years。") from problem


@contextmanager
def _step(label: str) -> Iterator[None]:
    print(f"begin\t{label}", flush=True)
    started_s = time.monotonic()
    yield
    print(f"done\t{label}\t{time.monotonic() - started_s:.2f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
