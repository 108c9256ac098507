"""The command as a person runs it: one process, its lines, its control port, its clean end."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.environment import ROOT
from scripts.stand_ins.simulator.command_line import main
from tests.brokers import BrokerHandle, start_broker
from tests.mqtt_client import BrokerClient, wait_for
from tests.waiting import LIMIT_S

RUN = "import sys; from scripts.stand_ins.simulator.command_line import main; sys.exit(main(sys.argv[1:]))"
PILES = [
    {"pile_no": f"P{number}", "secret": f"s{number}", "kind": "dc", "rated_w": 60_000, "connectors": 1}
    for number in (1, 2, 3)
]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[BrokerHandle]:
    credentials = {"bridge": "b", "P1": "s1", "P2": "s2", "P3": "other"}
    handle = start_broker("mosquitto", tmp_path / "broker", credentials)
    yield handle
    handle.stop()


def ask(url: str, body: object = None, *, post: bool = True) -> tuple[int, dict[str, Any]]:
    data = json.dumps(body).encode() if body is not None else b""
    request = urllib.request.Request(url, data=data if post else None, method="POST" if post else "GET")
    try:
        with urllib.request.urlopen(request, timeout=LIMIT_S) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, json.load(refusal)


def test_connects_obeys_its_control_port_and_says_goodbye(broker: BrokerHandle, tmp_path: Path) -> None:
    piles_file, output = tmp_path / "piles.json", tmp_path / "output"
    piles_file.write_text(json.dumps(PILES), encoding="utf-8")
    command = [sys.executable, "-c", RUN, "--broker", f"mqtt://127.0.0.1:{broker.port}"]
    command += ["--piles-file", str(piles_file), "--state", str(tmp_path / "state"), "--control", "0"]
    bridge = BrokerClient(broker.port, "bridge", "b")
    bridge.subscribe("cp/v1/+/up/#")
    with output.open("wb") as sink, subprocess.Popen(command, cwd=ROOT, stdout=sink, stderr=sink) as process:
        try:
            wait_for(lambda: "connected 2/3, 1 refused" in output.read_text(), "the progress line")
            check_control(found_control(output))
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(LIMIT_S) == 0
    lines = output.read_text().splitlines()
    assert lines[-1] == "all piles have said goodbye"
    assert len([line for line in lines if "was refused" in line]) == 1
    wait_for(lambda: json.loads(bridge.payloads("cp/v1/P2/up/online")[-1])["online"] is False, "goodbye")
    bridge.leave()


def found_control(output: Path) -> str:
    found = re.search(r"http://\S+", output.read_text())
    assert found
    return found.group()


def check_control(piles: str) -> None:
    status, listed = ask(f"{piles}?limit=2", post=False)
    assert (status, listed["total"], [one["pile_no"] for one in listed["piles"]]) == (200, 3, ["P1", "P2"])
    assert ask(f"{piles}?limit=x", post=False)[0] == 400
    plugged = ask(f"{piles}/P1/connectors/1/plug")
    assert (plugged[0], plugged[1]["connectors"][0]["status"]) == (200, "plugged")
    assert ask(f"{piles}/P1/connectors/1/plug") == (409, {"error": "a car is plugged in already"})
    assert ask(f"{piles}/P1/connectors/9/plug")[0] == 409
    assert ask(f"{piles}/P9/connectors/1/plug") == (404, {"error": "there is no pile P9"})
    assert ask(f"{piles}/P1/fault", {"code": "overheat"})[1]["connectors"][0]["status"] == "faulted"
    assert ask(f"{piles}/P1/fault", {"kode": "x"})[0] == 400
    assert ask(f"{piles}/P1/clear-faults")[1]["connectors"][0]["status"] == "plugged"
    assert ask(f"{piles}/P1/connectors/1/unplug")[1]["connectors"][0]["status"] == "idle"
    assert ask(f"{piles}/P1/offline", {"seconds": -1})[0] == 400
    assert ask(f"{piles}/P1/offline", {"seconds": 600})[1]["online"] is False
    assert ask(f"{piles}/P1/power-loss", {"seconds": 600})[1]["powered"] is False
    assert ask(f"{piles}/P1/connectors/1/plug")[0] == 409
    assert ask(f"{piles}/P1", post=False)[1]["powered"] is False
    page = urllib.request.Request(f"{piles}/P1/online", data=b"", headers={"Origin": "http://evil.example"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(page, timeout=LIMIT_S)
    with refused.value:
        assert refused.value.code == 403


def test_a_bad_piles_file_is_one_sentence_and_exit_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--piles-file", str(tmp_path / "none.json")]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "none.json cannot be read: No such file" in said


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--broker", "http://h"),
        ("--broker", "mqtt://u:p@h"),
        ("--busy", "1.5"),
        ("--speed", "0"),
        ("--seed", "x"),
    ],
)
def test_a_wrong_option_is_named_with_exit_2(
    option: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--piles-file", "any.json", option, value])
    assert left.value.code == 2
    assert option in capsys.readouterr().err


def test_the_simulator_reads_the_protocol_on_its_own() -> None:
    code = (
        "import sys, scripts.stand_ins.simulator.command_line;"
        "print([name for name in sys.modules if name.split('.')[0] in ('backend', 'mqtt_bridge')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_S, check=True
    )
    assert done.stdout.strip() == "[]"
