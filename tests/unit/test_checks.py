import ast
from pathlib import Path

import pytest

from scripts.checks import channel_words, files, locks, money_writes, words
from scripts.checks.outcome import Check, Outcome
from scripts.checks.runner import run_all

PYPROJECT = """
[project]
requires-python = ">=3.11"
dependencies = ["tornado>=6"]
[dependency-groups]
dev = ["pytest"]
"""


def write(root: Path, **texts: str) -> None:
    for name, text in texts.items():
        (root / f"{name}.py").write_text(text)


# In two pieces, because the project's own check reads this file too.
@pytest.mark.parametrize(
    "text",
    [
        "# TO" + "DO later",
        "raise Not" + "ImplementedError",
        "# FIX" + "ME",
        "https://py" + "pi.org/simple",
        "https://registry" + ".npmjs.org/",
        "open('/ro" + "ot/x')",
        'PATH = "/wo' + 'rk/main"',
        "see /ho" + "me/me/notes",
    ],
)
def test_banned_words_are_found_with_their_line(tmp_path: Path, text: str) -> None:
    write(tmp_path, pile=f"ok = 1\n{text}\n")

    problems = words.find_banned(tmp_path)

    assert len(problems) == 1
    assert problems[0].startswith("pile.py:2: ")


@pytest.mark.parametrize(
    "text",
    [
        "methodology",
        "TO" + "DOs",
        "/pages/home/index",
        "https://a.example/w" + "ork/1",
        "${x}/t" + "mp/a",
        "a/ro" + "ot/b",
    ],
)
def test_similar_words_are_left_alone(tmp_path: Path, text: str) -> None:
    write(tmp_path, pile=text)

    assert words.find_banned(tmp_path) == []


def test_vague_names_are_found_in_files_and_folders(tmp_path: Path) -> None:
    (tmp_path / "common").mkdir()
    for name in ("utils.py", "date_helper.ts", "common/rates.py", "manager.test.ts", "commonplace.py"):
        (tmp_path / name).write_text("")

    assert [problem.split(":")[0] for problem in words.find_banned(tmp_path)] == [
        "common/rates.py",
        "date_helper.ts",
        "manager.test.ts",
        "utils.py",
    ]


@pytest.mark.parametrize(
    "code",
    [
        "account.balance_fen += amount",
        "account.balance_fen = account.balance_fen - amount",
        "row.balance_fen = 0",
        "row = LedgerAccount.get_by_id(1)\nrow.save()",
        "def pay(row: LedgerAccount) -> None:\n    row.save()",
        "for row in LedgerAccount.select():\n    row.save()",
        "LedgerAccount.get_by_id(1).save()",
        "row = LedgerAccount.get_by_id(1)\nsave_changed(row)",
        "ledger.LedgerAccount.bulk_update(rows, ['balance_fen'])",
    ],
)
def test_unguarded_balance_write_is_found(code: str) -> None:
    last = code.count("\n") + 1

    assert [line for line, _ in money_writes.find_in(ast.parse(code))] == [last]


@pytest.mark.parametrize(
    "code",
    [
        "LedgerAccount.update(balance_fen=LedgerAccount.balance_fen + 1).where(LedgerAccount.id == 1).execute()",
        "LedgerAccount.insert(balance_fen=0).execute()",
        "pile = Pile.get_by_id(1)\npile.save()\nsave_changed(pile)",
        "total_fen += line.fee_fen",
        "seen = row.balance_fen",
        "order.debt_fen += 1",
    ],
)
def test_guarded_or_unrelated_write_is_left_alone(code: str) -> None:
    assert money_writes.find_in(ast.parse(code)) == []


def test_a_channel_s_words_are_found_outside_its_gateway(tmp_path: Path) -> None:
    for name, text in {
        "backend/gateways/wechat/pay.py": "openid = mchid = 1",
        "backend/gateways/alipay/pay.py": "seller_id = trade_no = 1",
        "backend/services/pay.py": "ok = 1\nrow.wechat_openid\nprepayId, appId\nsellerId, out_trade_no",
        "backend/models/driver.py": 'CharField(column_name="wechat_openid")',
        "backend/log.py": "nothing of the kind",
        "admin_web/src/pay.ts": "row.mch_id",
        "tests/pay.py": "openid",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert [problem.rsplit(": ", 1)[0] for problem in channel_words.find_foreign(tmp_path)] == [
        "admin_web/src/pay.ts:1: mch_id",
        "backend/services/pay.py:2: openid",
        "backend/services/pay.py:3: prepayId",
        "backend/services/pay.py:3: appId",
        "backend/services/pay.py:4: sellerId",
        "backend/services/pay.py:4: trade_no",
        "backend/log.py",
    ]


def test_money_writes_are_looked_for_in_the_product_only(tmp_path: Path) -> None:
    for folder in ("backend", "tests"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "pay.py").write_text("a.balance_fen += 1\n")

    assert [problem.split(":")[0] for problem in money_writes.find_unguarded(tmp_path)] == ["backend/pay.py"]


def test_lock_is_stale_when_a_requirement_changed(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    (tmp_path / "requirements").mkdir()
    header = f"{locks.MARK}{locks.requirements_hash(tmp_path)}\n"
    for group in ("run", "embedded", "dev"):
        (tmp_path / "requirements" / f"{group}.lock").write_text(header)
    (tmp_path / "requirements" / "node.lock").write_text(header + "--index-url https://x.example\n")

    assert locks.find_stale_locks(tmp_path) == [
        "requirements/node.lock: names a package index; the person who installs chooses it"
    ]

    (tmp_path / "pyproject.toml").write_text(PYPROJECT.replace("tornado>=6", "tornado>=7"))
    (tmp_path / "requirements" / "dev.lock").unlink()

    assert [problem.split(";")[0] for problem in locks.find_stale_locks(tmp_path)] == [
        "requirements/dev.lock: missing",
        "requirements/embedded.lock: not made from this pyproject.toml",
        "requirements/run.lock: not made from this pyproject.toml",
        "requirements/node.lock: not made from this pyproject.toml",
    ]


def test_long_source_files_are_named_and_data_is_not(tmp_path: Path) -> None:
    (tmp_path / "long.py").write_text("x = 1\n" * (files.LONG_FILE_LINES + 1))
    (tmp_path / "right.py").write_text("x = 1\n" * files.LONG_FILE_LINES)
    (tmp_path / "data.json").write_text("1\n" * 1000)

    assert files.find_long(tmp_path) == ["long.py: 401 lines, 400 are readable"]


def test_generated_and_binary_files_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "x.js").write_text("x")
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\0")
    (tmp_path / "pile.py").write_text("x")

    assert [str(path) for path, _ in files.read_texts(tmp_path)] == ["pile.py"]


def test_failing_check_fails_the_run_and_shows_only_its_output(capsys: pytest.CaptureFixture[str]) -> None:
    good = Check("good", lambda: Outcome(passed=True, output="chatter", warnings=("a.py: 500 lines",)))
    bad = Check("bad", lambda: Outcome(passed=False, output="pile.py:3: wrong"))

    assert run_all((good,)) is True
    assert run_all((good, bad)) is False
    told = capsys.readouterr().out
    assert "✓ good" in told
    assert "✗ bad" in told
    assert "pile.py:3: wrong" in told
    assert "a.py: 500 lines" in told
    assert "chatter" not in told
