"""`python -m tests.upgrade.keep_landing NAME`: keep the present landing as the one that the next is measured by.

Run it on a clean checkout of what was landed, and commit what it writes into tests/upgrade/previous/: a database
with life in it, the contracts of drivers and piles, golden messages, and the mini-program's request layer.
"""

import argparse
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any, Final

from backend.models.engine import database
from tests.upgrade import life, snapshot

ROOT: Final = Path(__file__).resolve().parents[2]
PREVIOUS: Final = Path(__file__).resolve().parent / "previous"
DATABASE: Final = PREVIOUS / "database.json"
OPENAPI: Final = PREVIOUS / "openapi.json"
ASYNCAPI: Final = PREVIOUS / "asyncapi.yaml"
WIRE: Final = PREVIOUS / "wire"
MINI_PROGRAM: Final = PREVIOUS / "mini_program"
DRIVER_SIDE: Final = "/api/v1/driver/"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.upgrade.keep_landing", description=__doc__)
    parser.add_argument("name", help="what was landed: a tag or a commit")
    landing = parser.parse_args().name
    shutil.rmtree(PREVIOUS, ignore_errors=True)
    PREVIOUS.mkdir()
    snapshot.write(take_snapshot(landing), DATABASE)
    whole = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
    kept = json.dumps(driver_side(whole), indent=1, ensure_ascii=False)
    OPENAPI.write_text(f"{kept}\n", encoding="utf-8")
    shutil.copy(ROOT / "docs" / "asyncapi.yaml", ASYNCAPI)
    shutil.copytree(ROOT / "tests" / "wire", WIRE)
    shutil.copytree(
        ROOT / "miniprogram" / "src" / "api", MINI_PROGRAM / "api", ignore=shutil.ignore_patterns("*.d.ts")
    )


def take_snapshot(landing: str) -> snapshot.Snapshot:
    """Live an evening in a new SQLite file and take it down."""
    with tempfile.TemporaryDirectory() as folder:
        names = life.live(f"sqlite:///{folder}/landing.sqlite")
        taken = snapshot.take(landing, names)
        database.close()
    return taken


def driver_side(document: dict[str, Any]) -> dict[str, Any]:
    """The operations of drivers and the schemas they reach, without what is only for readers."""
    paths = {path: item for path, item in document["paths"].items() if path.startswith(DRIVER_SIDE)}
    schemas: dict[str, Any] = {}
    wanted = _references(paths)
    while wanted:
        name = wanted.pop()
        schemas[name] = document["components"]["schemas"][name]
        wanted |= _references(schemas[name]) - schemas.keys()
    return {
        "openapi": document["openapi"],
        "info": document["info"],
        "paths": _without_prose(paths),
        "components": {"schemas": _without_prose(dict(sorted(schemas.items())))},
    }


def _references(part: Any) -> set[str]:
    if isinstance(part, dict):
        own = {part["$ref"].rpartition("/")[2]} if isinstance(part.get("$ref"), str) else set()
        return own.union(*map(_references, part.values()))
    return set().union(*map(_references, part)) if isinstance(part, list) else set()


def _without_prose(part: Any) -> Any:
    if isinstance(part, dict):
        return {
            name: _without_prose(inner)
            for name, inner in part.items()
            if not (name in {"description", "summary", "title"} and isinstance(inner, str))
        }
    return [_without_prose(inner) for inner in part] if isinstance(part, list) else part


if __name__ == "__main__":
    main()
