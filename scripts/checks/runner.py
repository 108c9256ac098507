"""One door for every check: runs them side by side and prints one line each, output only of what failed."""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

from scripts.checks import channel_words, files, locks, money_writes, words
from scripts.checks.front_ends import front_end_checks
from scripts.checks.outcome import Check, Outcome

ROOT = Path(__file__).resolve().parent.parent.parent
CHECK_LIMIT_S = 1200
BIN = Path(sys.executable).parent


def all_checks(root: Path) -> tuple[Check, ...]:
    """The longest first, so that two cores finish together."""
    return (
        Check("mypy", partial(_tool, root, "mypy")),
        *front_end_checks(),
        Check("lint-imports", partial(_tool, root, "lint-imports", "--no-logo")),
        Check("ruff check", partial(_tool, root, "ruff", "check", "--quiet")),
        Check("ruff format", partial(_tool, root, "ruff", "format", "--check")),
        Check("words", partial(_own, lambda: words.find_banned(root))),
        Check("channel words", partial(_own, lambda: channel_words.find_foreign(root))),
        Check("money writes", partial(_own, lambda: money_writes.find_unguarded(root))),
        Check("lock files", partial(_own, lambda: locks.find_stale_locks(root))),
        Check("file length", partial(_file_length, root)),
    )


def run_all(checks: tuple[Check, ...]) -> bool:
    """Print the table in the order of `checks`, then the failures; True when all passed."""
    print("检查 … (checks)", flush=True)
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        running = [(check, pool.submit(_timed, check)) for check in checks]
        outcomes = [_report(check, future) for check, future in running]
    for check, outcome in zip(checks, outcomes, strict=True):
        if not outcome.passed:
            print(f"\n── {check.name} ──\n{outcome.output.rstrip()}")
        for warning in outcome.warnings:
            print(f"  ! {warning}")
    failed = sum(not outcome.passed for outcome in outcomes)
    print(
        f"\n✗ {failed} 项检查未通过 (checks failed)" if failed else "检查全部通过 (all checks passed)",
        flush=True,
    )
    return not failed


def main() -> int:
    """Exit status for the shell: 0 when everything passed."""
    parser = argparse.ArgumentParser(prog="scripts/check", description="代码检查 (run every check)")
    parser.add_argument("--fix", action="store_true", help="先自动修正和排版 (format and fix first)")
    if parser.parse_args().fix:
        for arguments in (("check", "--fix", "--quiet", "--exit-zero"), ("format", "--quiet")):
            subprocess.run([BIN / "ruff", *arguments], cwd=ROOT, check=False, timeout=CHECK_LIMIT_S)
    return 0 if run_all(all_checks(ROOT)) else 1


def _timed(check: Check) -> Outcome:
    started = time.monotonic()
    outcome = check.run()
    return replace(outcome, seconds=time.monotonic() - started)


def _report(check: Check, future: Future[Outcome]) -> Outcome:
    outcome = future.result()
    mark = "✓" if outcome.passed else "✗"
    print(f"  {mark} {check.name:<16}{outcome.seconds:6.1f} s  {outcome.note}".rstrip(), flush=True)
    return outcome


def _tool(root: Path, name: str, *arguments: str) -> Outcome:
    plain = dict(os.environ, NO_COLOR="1", FORCE_COLOR="0", TERM="dumb", PYTHONPATH=str(root))
    try:
        done = subprocess.run(
            [BIN / name, *arguments],
            cwd=root,
            env=plain,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=CHECK_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Outcome(passed=False, output=f"{name}: no end after {CHECK_LIMIT_S} s")
    return Outcome(passed=done.returncode == 0, output=done.stdout)


def _own(find: Callable[[], list[str]]) -> Outcome:
    problems = find()
    return Outcome(passed=not problems, output="\n".join(problems))


def _file_length(root: Path) -> Outcome:
    return Outcome(passed=True, warnings=tuple(files.find_long(root)))
