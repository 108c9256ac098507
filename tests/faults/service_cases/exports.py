"""Exports: asked for, written by a worker that is killed, taken, forgotten."""

import contextlib
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

from backend import gateways
from backend.domain.actor import Actor
from backend.domain.caller import NOWHERE
from backend.domain.errors import ExportClosed, ExportNotFound
from backend.domain.export import ExportFault, ExportFormat, ExportKind
from backend.gateways.clock import utc_now
from backend.gateways.files.local_folder import LocalFolder
from backend.gateways.files.store import INCOMING, Files
from backend.jobs.exports import run_next_export
from backend.models import ExportJob, ExportPart
from backend.services.exports.ask_export import AskedExport, ask_export
from backend.services.exports.cancel_export import cancel_export
from backend.services.exports.claims import ClaimLost, claim_export, fail_export, release_export
from backend.services.exports.expire_exports import expire_exports
from backend.services.exports.retry_export import retry_export
from backend.services.exports.take_export_file import take_export_file
from tests.faults.armed import Act
from tests.faults.service_cases.beginnings import Prepare, somebody
from tests.scenario import Scenario


def ask(world: Scenario) -> Act:
    return partial(_ask, somebody(world), world)


def write(world: Scenario) -> Act:
    """Whoever comes after the one that died finds its claim run out."""
    world.driver()
    _ask(somebody(world), world)
    return partial(_write, _folder())


def cancel(world: Scenario) -> Act:
    staff = somebody(world)
    number = _ask(staff, world)
    return partial(cancel_export, staff=staff, export_no=number, caller=NOWHERE, now=world.now)


def retry(world: Scenario) -> Act:
    staff = somebody(world)
    number = _ask(staff, world)
    cancel_export(staff=staff, export_no=number, caller=NOWHERE, now=world.now)
    return partial(retry_export, staff=staff, export_no=number, caller=NOWHERE, now=world.now)


def take(world: Scenario) -> Act:
    staff = somebody(world)
    number = _ask(staff, world)
    folder = _folder()
    _write(folder)
    return partial(_take, staff, number, world)


def expire(world: Scenario) -> Act:
    _ask(somebody(world), world)
    _write(_folder())
    return partial(expire_exports, now=utc_now() + timedelta(days=30))


def fail(world: Scenario) -> Act:
    _ask(somebody(world), world)
    return partial(_fail, world)


def release(world: Scenario) -> Act:
    _ask(somebody(world), world)
    return partial(_release, world)


CASES: Final[Mapping[str, Prepare]] = {
    "ask_export.ask_export": ask,
    "claims.claim_export": write,
    "claims.keep_part": write,
    "claims.renew_export": write,
    "claims.finish_export": write,
    "claims.fail_export": fail,
    "claims.release_export": release,
    "cancel_export.cancel_export": cancel,
    "retry_export.retry_export": retry,
    "take_export_file.take_export_file": take,
    "expire_exports.expire_exports": expire,
}


def fingerprint() -> tuple[object, ...]:
    """What whoever asked can tell of it."""
    jobs = [(row.state, row.rows_done, row.parts_done, row.fault) for row in ExportJob.select()]
    return (jobs, ExportPart.select().count())


def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="xinxiang-files-"))


def _ask(staff: Actor, world: Scenario) -> str:
    asked = AskedExport(kind=ExportKind.DRIVERS, format=ExportFormat.CSV, query={})
    return ask_export(staff=staff, asked=asked, idempotency_key="k", caller=NOWHERE, now=world.now)


def _write(folder: Path) -> None:
    gateways.configure_files(Files(store=LocalFolder(folder), incoming=folder / INCOMING, max_bytes=1 << 20))
    ExportJob.update(claimed_until=None).execute()
    while run_next_export():
        pass


def _take(staff: Actor, number: str, world: Scenario) -> None:
    with contextlib.suppress(ExportNotFound, ExportClosed):
        take_export_file(staff=staff, export_no=number, caller=NOWHERE, now=world.now)


def _fail(world: Scenario) -> None:
    ExportJob.update(claimed_until=None).execute()
    claimed = claim_export(now=world.now)
    if claimed is not None:
        fail_export(claimed=claimed, fault=ExportFault.TROUBLE, now=world.now)


def _release(world: Scenario) -> None:
    ExportJob.update(claimed_until=None).execute()
    claimed = claim_export(now=world.now)
    if claimed is not None:
        with contextlib.suppress(ClaimLost):
            release_export(claimed=claimed, now=world.now)
