"""The checks of both front-ends, as lines of scripts/check. What passed is not run again until a source changes."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from scripts.checks.outcome import Check, Outcome
from scripts.embedded.node import find_node, install_packages, node_environment
from scripts.environment import ROOT, NotReadyError
from scripts.front_ends import mini_program, sizes
from scripts.front_ends.build import ADMIN, ADMIN_PAGES, FRONT_ENDS, MINI_PROGRAM, PREVIEW, FrontEnd, build
from scripts.front_ends.sources import digest_of

PAGES = ROOT / "backend" / "api" / "pages"
OPENAPI = ROOT / "docs" / "openapi.json"
STAMPS = ROOT / "var" / "checks"
SCRIPT_LIMIT_S = 1200
UNCHANGED = "没有变化 (unchanged)"

# Name of the line, package folder, its npm script, what it reads.
SCRIPTS = (
    ("admin types", ADMIN, "typecheck", (ADMIN,)),
    ("admin lint", ADMIN, "lint", (ADMIN,)),
    ("admin API types", ADMIN, "check:types", (ADMIN / "src" / "api", ADMIN / "package-lock.json", OPENAPI)),
    ("pages lint", ADMIN, "lint:pages", (PAGES, ADMIN / "eslint.pages.config.js")),
    ("mini types", MINI_PROGRAM, "typecheck", (MINI_PROGRAM,)),
    ("mini lint", MINI_PROGRAM, "lint", (MINI_PROGRAM,)),
    (
        "mini API types",
        MINI_PROGRAM,
        "check:types",
        (MINI_PROGRAM / "src" / "api", MINI_PROGRAM / "package-lock.json", OPENAPI),
    ),
    ("preview lint", PREVIEW, "lint", (PREVIEW,)),
)


def front_end_checks() -> Iterator[Check]:
    """The longest first."""
    for front_end in FRONT_ENDS:
        yield Check(f"{front_end.name} build", partial(_build, front_end))
    for name, folder, script, sources in SCRIPTS:
        yield Check(name, partial(_once, name, sources, partial(_run_script, folder, script)))
    yield Check("mini compile", partial(_once, "mini compile", mini_program.SOURCES, _compile))
    yield Check("mini markup", partial(_once, "mini markup", mini_program.SOURCES, _markup))


def _once(name: str, sources: tuple[Path, ...], run: Callable[[], Outcome]) -> Outcome:
    """The outcome of `run`; nothing is run when it has passed on these sources, as they are, before."""
    stamp = STAMPS / name.replace(" ", "-")
    seen = digest_of(sources)
    if stamp.exists() and stamp.read_text(encoding="ascii") == seen:
        return Outcome(passed=True, note=UNCHANGED)
    try:
        outcome = run()
    except NotReadyError as problem:
        return Outcome(passed=False, output=str(problem))
    if outcome.passed:
        STAMPS.mkdir(parents=True, exist_ok=True)
        stamp.write_text(seen, encoding="ascii")
    return outcome


def _build(front_end: FrontEnd) -> Outcome:
    try:
        is_new = build(front_end, lambda _: None)
    except NotReadyError as problem:
        return Outcome(passed=False, output=str(problem))
    if front_end is not ADMIN_PAGES:
        return Outcome(passed=True, note="" if is_new else UNCHANGED)
    weights = sizes.weigh(front_end.site)
    problems = sizes.find_too_heavy(weights)
    return Outcome(passed=not problems, output="\n".join(problems), note=sizes.describe(weights))


def _run_script(folder: Path, script: str) -> Outcome:
    tools = find_node()
    install_packages(folder, tools, lambda _: None, dev=True)
    try:
        done = subprocess.run(
            [tools.node, tools.npm_cli, "run", "--silent", script],
            cwd=folder,
            env=dict(node_environment(tools), NO_COLOR="1"),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SCRIPT_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Outcome(passed=False, output=f"npm run {script}: no end after {SCRIPT_LIMIT_S} s")
    return Outcome(passed=done.returncode == 0, output=done.stdout)


def _compile() -> Outcome:
    size, problems = mini_program.compile_officially()
    problems += mini_program.find_too_large(size)
    note = f"主包 {size.main_bytes // 1024} KB" if size.main_bytes else ""
    return Outcome(passed=not problems, output="\n".join(problems), note=note)


def _markup() -> Outcome:
    problems = mini_program.find_markup_faults()
    return Outcome(passed=not problems, output="\n".join(problems))
