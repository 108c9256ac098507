"""Attacks the product with tests/security at a larger size and counts what was tried and what got through.

The attacks are the tests themselves, so that the proof and `scripts/test` cannot drift apart; they note each attack
in a file (tests/security/tally.py) that is added up here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from scripts.benches.result import render_table
from scripts.proofs.options import Options, Verdict

ROOT: Final = Path(__file__).resolve().parents[2]
SCALE: Final = 5
FULL_SCALE: Final = 100
LIMIT_S: Final = 30 * 60
FULL_LIMIT_S: Final = 24 * 3600
# The attacks that make up a figure of the JSON line, by how their names begin.
FIGURES: Final = {
    "bola_cells": ("HTTP: worthless tokens", "HTTP: other role", "HTTP: objects of others"),
    "mqtt_cells": ("MQTT: topics", "MQTT: retained", "MQTT: wills"),
    "mqtt_logins": ("MQTT: guessed", "MQTT: client id"),
    "replayed_frames": ("MQTT: replayed", "MQTT: recordings"),
    "fuzz_inputs": ("fuzz:", "forged notifies", "MQTT: broken", "HTTP: hostile", "HTTP: broken"),
    "schemathesis_cases": ("HTTP: requests from the contract",),
    "canaries": ("secrets in logs",),
}
# Their getting through is somebody seeing what is not theirs.
LEAKS: Final = (*FIGURES["bola_cells"], *FIGURES["mqtt_cells"], *FIGURES["canaries"])


def run(options: Options) -> Verdict:
    """Run every attack. A test that fails for any other reason is a violation, too."""
    with tempfile.TemporaryDirectory(prefix="prove-security-") as folder:
        notes = Path(folder) / "tally.jsonl"
        status = _attack(options, notes)
        lines = notes.read_text(encoding="utf-8").splitlines() if notes.exists() else []
    tried, through = add_up(lines)
    rows = [["attack", "tried", "got through"]]
    rows += [[name, f"{tried[name]:,}", f"{through[name]:,}"] for name in sorted(tried)]
    print(render_table(rows))
    violations = [
        f"{name}: {through[name]} of {tried[name]} got through" for name in sorted(tried) if through[name]
    ]
    if status and not violations:
        violations = [f"pytest ended with status {status}: see its output above"]
    return Verdict(
        figures=figures(tried, through, options.seed, len(violations)), violations=tuple(violations)
    )


def add_up(lines: Iterable[str]) -> tuple[Counter[str], Counter[str]]:
    """How often each attack was tried, and how often it got through."""
    tried: Counter[str] = Counter()
    through: Counter[str] = Counter()
    for line in lines:
        note = json.loads(line)
        tried[note["attack"]] += note["tried"]
        through[note["attack"]] += note["through"]
    return tried, through


def figures(
    tried: Mapping[str, int], through: Mapping[str, int], seed: int, violations: int
) -> dict[str, object]:
    """The keys of the JSON line."""
    contract = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
    found: dict[str, object] = {"operations": sum(len(methods) for methods in contract["paths"].values())}
    found |= {name: _sum(tried, starts) for name, starts in FIGURES.items()}
    found |= {"attacks": sum(tried.values()), "leaks": _sum(through, LEAKS)}
    return {**found, "violations": violations, "seed": seed}


def _attack(options: Options, notes: Path) -> int:
    """Run the suite; its progress goes to standard error. The exit status, 1 when it did not end in time."""
    environment = {
        **os.environ,
        "SECURITY_SCALE": str(FULL_SCALE if options.is_full else SCALE),
        "SECURITY_SEED": str(options.seed),
        "SECURITY_TALLY": str(notes),
    }
    limit_s = FULL_LIMIT_S if options.is_full else LIMIT_S
    command = [sys.executable, "-m", "pytest", "tests/security", "-q", "--timeout", str(limit_s)]
    command += ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
    try:
        return subprocess.run(
            command, cwd=ROOT, env=environment, stdout=sys.stderr, check=False, timeout=limit_s
        ).returncode
    except subprocess.TimeoutExpired:
        print(f"✗ no end after {limit_s} s", file=sys.stderr)
        return 1


def _sum(counts: Mapping[str, int], starts: tuple[str, ...]) -> int:
    return sum(count for name, count in counts.items() if name.startswith(starts))
