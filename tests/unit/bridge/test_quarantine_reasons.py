"""The desk has a word for every reason for which the bridge puts a message aside."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from backend.domain import errors

ROOT = Path(__file__).resolve().parents[3]
WORDS = ROOT / "admin_web" / "src" / "pages" / "quarantine" / "reasons.ts"
# the batch is tried again, or the process ends: nothing is put aside
NOT_KEPT = {"service_unavailable"}


def told_by_the_bridge() -> Iterator[str]:
    """The reasons that the bridge itself gives: `refuse("…")`, `DecodeError("…")`."""
    for path in (ROOT / "mqtt_bridge").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in {"refuse", "DecodeError"} and isinstance(node.args[0].value, str):
                    yield node.args[0].value


def raised_below_the_bridge() -> Iterator[str]:
    """The codes of all refusals that a service called by the bridge, or one that it calls, can raise."""
    waiting, seen = list((ROOT / "mqtt_bridge").glob("*.py")), set[Path]()
    while waiting:
        path = waiting.pop()
        if path in seen or not path.exists():
            continue
        seen.add(path)
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                ("backend.services", "backend.domain")
            ):
                waiting.append(ROOT / f"{(node.module or '').replace('.', '/')}.py")
            if isinstance(node, ast.Raise) and node.exc is not None:
                raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
                kind = getattr(errors, getattr(raised, "id", getattr(raised, "attr", "")), None)
                if isinstance(kind, type) and issubclass(kind, errors.DomainError):
                    yield kind.code


def test_every_reason_has_its_word() -> None:
    words = set(re.findall(r"^  (\w+): '", WORDS.read_text("utf-8"), re.MULTILINE))
    own, raised = set(told_by_the_bridge()), set(raised_below_the_bridge())
    assert {"id_reused", "malformed", "unknown_pile"} <= own
    assert {"second_end", "session_not_found"} <= raised
    assert (own | raised) - NOT_KEPT - words == set()
