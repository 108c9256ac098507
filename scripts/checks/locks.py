"""The lock files: how they are made from pyproject.toml, and whether they still match it.

A lock opens with the hash of the requirements it was made from, so that staleness shows without a network.
"""

import hashlib
import json
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# Each lock holds the groups of the ones after it too; the widest is resolved first and binds the others.
GROUPS_OF = {"dev": ("embedded", "dev"), "embedded": ("embedded",), "run": ()}
RESOLVE_LIMIT_S = 600
MARK = "# requirements-sha256: "


def find_stale_locks(root: Path) -> list[str]:
    """Problems as `path: text`; empty when every lock was made from today's pyproject.toml."""
    wanted = requirements_hash(root)
    problems = []
    for group in (*GROUPS_OF, "node"):
        path = root / "requirements" / f"{group}.lock"
        name = f"requirements/{group}.lock"
        if not path.exists():
            problems.append(f"{name}: missing; run scripts/lock")
        elif MARK + wanted not in (text := path.read_text(encoding="utf-8")).splitlines():
            problems.append(f"{name}: not made from this pyproject.toml; run scripts/lock")
        elif any(
            line.startswith(("-i ", "--index", "--extra-index", "--find-links")) for line in text.splitlines()
        ):
            problems.append(f"{name}: names a package index; the person who installs chooses it")
    return problems


def requirements_hash(root: Path) -> str:
    """SHA-256 of what decides a resolution: the Python range, the dependencies and the groups."""
    described = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    project = described["project"]
    inputs = [project["requires-python"], project["dependencies"], described.get("dependency-groups", {})]
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()


def main() -> int:
    """Resolve every lock anew; `--upgrade` in the arguments takes newer versions where they are allowed."""
    upgrade = ["--upgrade"] if "--upgrade" in sys.argv[1:] else []
    folder = ROOT / "requirements"
    for group, groups in GROUPS_OF.items():
        bound = [] if group == "dev" else ["--constraints", "requirements/dev.lock"]
        wanted = [argument for name in groups for argument in ("--group", name)]
        _resolve(["pyproject.toml", *wanted, *bound, *upgrade], folder / f"{group}.lock")
    _resolve(["--group", "node", *upgrade], folder / "node.lock")
    return 0


def _resolve(arguments: list[str], lock: Path) -> None:
    name = lock.relative_to(ROOT).as_posix()
    print(f"解析 {name} … (resolving)", flush=True)
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes"]
    command += ["--no-header", "--no-emit-index-url", "--only-binary", ":all:", "--python-version", "3.11"]
    command += ["--no-annotate", "--output-file", name, *arguments]
    subprocess.run(command, cwd=ROOT, check=True, timeout=RESOLVE_LIMIT_S, stdout=subprocess.DEVNULL)
    header = f"# Made by scripts/lock from pyproject.toml; do not edit.\n{MARK}{requirements_hash(ROOT)}\n"
    lock.write_text(header + lock.read_text(encoding="utf-8"), encoding="utf-8")
