"""conf/nftables.conf in the kernel: guesses at the broker from one address end, and other piles come in."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from tests.real_parts import ROOT
from tests.security.behind_firewall import GUESSES
from tests.security.tally import nothing_through
from tests.waiting import LIMIT_S

MOST_HEARD: Final = 300 + 2 * 60
"""The burst, and what the rate adds in a minute."""
NETWORKS: Final = " && ".join(
    ["ip link set lo up"]
    + [f"ip -6 addr add 2001:db8:0:2::{number}/64 dev lo nodad" for number in range(1, 9)]
    + [f"ip -6 addr add 2001:db8:0:{number}::1/64 dev lo nodad" for number in (1, 3)]
    + ["nft -f conf/nftables.conf"]
)


def obstacle() -> str:
    """Why a network of its own cannot be made here; empty when it can."""
    if os.geteuid() != 0:
        return "needs root: a network namespace with a firewall of its own"
    for program in ("unshare", "ip", "nft"):
        if shutil.which(program, path="/usr/sbin:/sbin:/usr/bin:/bin") is None:
            return f"needs {program}"
    tried = run_apart("nft list ruleset")
    return f"this kernel gives no network namespace with nftables: {tried.stderr}" if tried.returncode else ""


def run_apart(script: str) -> "subprocess.CompletedProcess[str]":
    """The shell script in a new network namespace, which ends with it."""
    return subprocess.run(
        ["unshare", "--net", "sh", "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


def test_guesses_of_one_address_end_before_the_broker_and_other_piles_come_in(tmp_path: Path) -> None:
    if why := obstacle():
        pytest.skip(why)
    done = run_apart(f"{NETWORKS} && exec {sys.executable} -m tests.security.behind_firewall {tmp_path}")
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    heard = {"mosquitto": told["guesses"]["heard"], "one IPv6 network": told["ipv6"]["one network"]}
    through = [name for name, times in heard.items() if times > MOST_HEARD]
    nothing_through("MQTT: guesses of one address", tried=2 * GUESSES, through=through)
    assert (told["neighbour"], told["ipv6"]["another"]) == (0, 1), "they did not come in"
