"""The command `scripts/prove NAME`: one proof, told as it goes, and one JSON line last on standard output."""

from __future__ import annotations

import argparse
import importlib
import secrets
from collections.abc import Callable, Sequence

from scripts.proofs.options import Options, Verdict
from scripts.whole_number import whole_number

PROOFS = {
    "faults": "whatever dies, every charge ends, is billed once and the ledger sums to 0",
    "judgement": "whatever piles say and people tap, it is billed right, or a person sees why not",
    "money": "whatever channels lose, repeat and forge, nobody gains or loses a fen, and prices are the oracle's",
    "security": "no attack gets through: broker, API, tokens, other people's things, decoders, limits, logs",
}
"""Each is a module of this package with `run(options) -> Verdict`."""
MAX_SEED = 2**31 - 1
MAX_MINUTES = 24 * 60
DEFAULT_MINUTES = 30


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status: 0, 1 when something was violated, 2 for wrong options."""
    given = _parser().parse_args(arguments)
    if given.name is None:
        for name, summary in PROOFS.items():
            print(f"{name:<10}{summary}")
        return 0
    options = Options(
        is_full=given.full,
        seed=secrets.randbelow(MAX_SEED) if given.seed is None else given.seed,
        minutes=given.minutes,
    )
    prove: Callable[[Options], Verdict] = importlib.import_module(f"scripts.proofs.{given.name}").run
    verdict = prove(options)
    for violation in verdict.violations:
        print(f"✗ {violation}")
    print(verdict.json_line())
    return 1 if verdict.violations else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/prove",
        description="Prove a promise with real processes under var/; without a name: list the proofs.",
    )
    add = parser.add_argument
    add("name", nargs="?", choices=tuple(PROOFS), help="what to prove")
    add("--full", action="store_true", help="the long run instead of the one for every commit")
    add(
        "--seed",
        type=whole_number(0, MAX_SEED),
        metavar="N",
        help="repeat the choices of the run that printed N",
    )
    add(
        "--minutes",
        type=whole_number(1, MAX_MINUTES),
        default=DEFAULT_MINUTES,
        metavar="N",
        help=f"how long a --full run goes on (default {DEFAULT_MINUTES})",
    )
    return parser
