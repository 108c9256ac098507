"""The thin commands for real deployments, run as people run them, configured by XINXIANG_CONFIG."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.environment import ROOT
from tests.waiting import LIMIT_S


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "bridge.txt").write_text("secret\n")
    path = tmp_path / "xinxiang.toml"
    path.write_text(
        f'mode = "demo"\n[database]\nurl = "sqlite:///{tmp_path}/db.sqlite"\n[mqtt]\npassword_file = "bridge.txt"\n'
    )
    return path


def _run(name: str, *arguments: str, config: Path | None) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("XINXIANG_")}
    if config is not None:
        environment["XINXIANG_CONFIG"] = str(config)
    return subprocess.run(
        [sys.executable, str(ROOT / "scripts" / name), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


def test_a_deployment_is_migrated_seeded_and_proven(config: Path) -> None:
    demo, passwords = config.parent / "demo", config.parent / "passwords"
    assert "✓ 0001_first_tables" in _run("migrate", config=config).stdout
    assert "本次执行 0 个迁移" in _run("migrate", config=config).stdout
    for piles in ("2", "3"):
        done = _run("seed_demo", "--folder", str(demo), "--piles", piles, config=config)
        assert done.returncode == 0, done.stderr
    assert len(json.loads((demo / "piles.json").read_text())) == 3
    assert len(json.loads((demo / "stickers.json").read_text())) >= 3
    years = ("seed_demo", "--folder", str(demo), "--piles", "3", "--years", "1", "--orders", "20")
    done = _run(*years, config=config)
    assert "笔充电" in done.stdout, done.stderr
    meters = [pile["registers_wh"] for pile in json.loads((demo / "piles.json").read_text())]
    assert max(wh for pile in meters for wh in pile) > 0
    again = _run(*years, config=config)
    assert (again.returncode, "已经有充电记录" in again.stderr) == (1, True)
    done = _run("broker_passwords", "--out", str(passwords), config=config)
    assert done.returncode == 0, done.stderr
    assert passwords.read_text().split(":")[0] == "bridge"
    done = _run("check_ledger", config=config)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["ledger_sum_fen"] == 0
    assert _run("check_audit", config=config).returncode == 0


@pytest.mark.parametrize("name", ["broker_passwords", "check_ledger", "seed_demo"])
def test_a_database_that_was_not_migrated_is_one_sentence(name: str, config: Path) -> None:
    options = {
        "broker_passwords": ["--out", str(config.parent / "x")],
        "seed_demo": ["--folder", str(config.parent)],
    }
    done = _run(name, *options.get(name, []), config=config)
    assert done.returncode != 0
    assert done.stdout == ""
    assert done.stderr.startswith("✗ 数据库不可用")
    assert done.stderr.count("\n") == 1


def test_no_configuration_is_one_sentence() -> None:
    done = _run("migrate", config=None)
    assert done.returncode == 1
    assert "database.url is empty" in done.stderr
    assert done.stderr.count("\n") == 1


def test_demo_data_never_goes_into_somebodys_database(config: Path) -> None:
    _run("migrate", config=config)
    code = (
        "from backend.config import load\n"
        "from backend.gateways.clock import utc_now\n"
        "from backend.models.engine import database\n"
        "from backend.services.sites.register_operator import register_operator\n"
        "database.connect(load().database_url)\n"
        "register_operator(operator_no='MA1REAL01', name='真运营商', is_platform=True, service_phone='', now=utc_now())\n"
        "database.close()\n"
    )
    environment = {**os.environ, "XINXIANG_CONFIG": str(config)}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=True, timeout=LIMIT_S)
    done = _run("seed_demo", "--folder", str(config.parent / "demo"), config=config)
    assert done.returncode == 1
    assert "真运营商" in done.stderr
    assert not (config.parent / "demo").exists()
