"""M1, M2: the programs are killed before and after commits, publishes and acknowledgements while people charge.

A slice of the sweep; `scripts/prove faults` visits every crash point.
"""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from backend.crash_points import VARIABLE
from tests.faults.after import assert_all_is_well
from tests.faults.drivers import crowd_at
from tests.faults.everything import PROGRAMS, running_everything
from tests.faults.kills import Sweep, points_of
from tests.waiting import LIMIT_S

ROOT = Path(__file__).resolve().parent.parent.parent
SLICE = (
    "application.apply_items.after_commit",
    "application.apply_items.before_commit",
    "begin_prepaid_session.begin_prepaid_session.before_commit",
    "bridge.after_ack",
    "bridge.after_receipt",
    "bridge.before_ack",
    "queue.claim_commands.after_commit",
    "end_session.end_session.before_commit",
    "notify.before_answer",
    "outbound.after_command",
    "outbound.before_command",
    "post_entry.post_entry.before_commit",
    "settle_order.settle_order.before_commit",
    "settle_payment._settle.after_commit",
    "start_session.start_session.after_commit",
    "start_session.start_session.before_commit",
    "stop_session.stop_session.after_commit",
    "timers.after_work",
    "top_up_wallet._claim.after_commit",
)


def test_a_charge_survives_the_death_of_its_program_at_any_of_these_points(tmp_path: Path) -> None:
    with running_everything(tmp_path) as everything:
        sweep = Sweep(everything, SLICE)
        with crowd_at(everything, seed=1, piles=4, charges=100) as crowd:
            sweep.run(limit_s=LIMIT_S, idle_s=LIMIT_S)
            sweep.end()
            assert_all_is_well(everything, crowd)
        assert sweep.remaining == frozenset()


def test_every_transaction_of_the_programs_has_its_two_crash_points() -> None:
    """Derived by the decorator, so that none can be forgotten: the source is read to see that nothing goes around it."""
    points = frozenset().union(*(points_of(part) for part in PROGRAMS))
    assert {
        f"bridge.{name}" for name in ("before_batch", "before_ack", "after_ack", "after_receipt")
    } <= points
    loaded = {point.split(".")[0] for point in points}
    for folder in ("backend/services", "mqtt_bridge", "backend/jobs", "backend/api"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
                names = {one.id for one in function.decorator_list if isinstance(one, ast.Name)}
                if "transactional" in names and path.stem in loaded:
                    name = f"{path.stem}.{function.name}"
                    assert {f"{name}.before_commit", f"{name}.after_commit"} <= points
            calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
            assert "transact" not in {call.id for call in calls if isinstance(call, ast.Name)}, path


@pytest.mark.parametrize("text", ["a.b", "a.b:2", "c,a.b", "*"])
def test_a_program_dies_where_it_is_told_to_and_says_so(text: str) -> None:
    code = "\n".join(
        (
            "from backend.crash_points import CrashPoint",
            "point = CrashPoint('a.b')",
            *("point()", "print('passed', flush=True)") * 2,
        )
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        cwd=ROOT,
        env={**os.environ, VARIABLE: text},
        check=False,
    )
    assert done.returncode == -9
    assert done.stdout.count("passed") == (1 if text.endswith(":2") else 0)
    assert done.stderr == "crash_point_reached a.b\n"
