"""Finds read-modify-write of a balance in Python: two of them at once lose money.

Allowed are a guarded UPDATE (`LedgerAccount.update(...).where(...)`) and inserts; this reads syntax only
and so cannot see a row that travels through another name.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from scripts.checks.files import list_files

CHECKED_FOLDERS = frozenset({"backend", "mqtt_bridge"})
BALANCES = frozenset({"balance_fen"})
GUARDED_MODELS = frozenset({"LedgerAccount"})
WRITERS = frozenset({"save", "bulk_update"})
WRITING_FUNCTION = "save_changed"


def find_unguarded(root: Path) -> list[str]:
    """Problems as `path:line: text`, for the product's Python files."""
    problems = []
    for path in list_files(root):
        if path.suffix == ".py" and path.parts[0] in CHECKED_FOLDERS:
            tree = ast.parse((root / path).read_text(encoding="utf-8"), filename=str(path))
            problems += [f"{path}:{line}: {text}" for line, text in find_in(tree)]
    return problems


def find_in(tree: ast.AST) -> list[tuple[int, str]]:
    """(line, text) of every unguarded write in one module, in the order of lines."""
    rows = _names_of_rows(tree)
    found = [(node.lineno, _complaint(name)) for node, name in _balance_writes(tree)]
    for node, written, writer in _whole_writes(tree):
        if _mentions(written, GUARDED_MODELS) or (isinstance(written, ast.Name) and written.id in rows):
            found.append((node.lineno, f"{writer}() of a balance row; use a guarded UPDATE"))
    return sorted(found)


def _whole_writes(tree: ast.AST) -> Iterator[tuple[ast.Call, ast.expr, str]]:
    """Each call that writes a row as it is in memory: the call, the row, what is called."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute) and node.func.attr in WRITERS:
            yield node, node.func.value, f".{node.func.attr}"
        elif isinstance(node.func, ast.Name) and node.func.id == WRITING_FUNCTION and node.args:
            yield node, node.args[0], WRITING_FUNCTION


def _balance_writes(tree: ast.AST) -> Iterator[tuple[ast.stmt, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.AugAssign):
            targets = [node.target]
        elif isinstance(node, ast.Assign):
            targets = [target for target in node.targets if isinstance(target, ast.Attribute)]
        else:
            continue
        for target in targets:
            if isinstance(target, ast.Attribute) and target.attr in BALANCES:
                yield node, target.attr


def _complaint(name: str) -> str:
    return f"{name} is written from a value read before; use a guarded UPDATE"


def _names_of_rows(tree: ast.AST) -> frozenset[str]:
    """Local names that were bound to something made from a guarded model, by value, annotation or loop."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and _mentions(node.value, GUARDED_MODELS):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            if _mentions(node.annotation, GUARDED_MODELS):
                names.add(node.target.id)
        elif isinstance(node, ast.arg) and node.annotation and _mentions(node.annotation, GUARDED_MODELS):
            names.add(node.arg)
        elif (
            isinstance(node, ast.For)
            and isinstance(node.target, ast.Name)
            and _mentions(node.iter, GUARDED_MODELS)
        ):
            names.add(node.target.id)
    return frozenset(names)


def _mentions(node: ast.expr, names: frozenset[str]) -> bool:
    return any(
        (isinstance(part, ast.Name) and part.id in names)
        or (isinstance(part, ast.Attribute) and part.attr in names)
        for part in ast.walk(node)
    )
