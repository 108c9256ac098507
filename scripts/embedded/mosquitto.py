"""Starts a private mosquitto with the shipped conf/mosquitto.conf, for tests and benches.

Only listeners, certificates, paths and the user are replaced: the limits that run are the limits that ship.
"""

from __future__ import annotations

import getpass
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

from scripts.environment import ROOT
from scripts.processes.child import Child
from scripts.processes.loopback import LOOPBACK, free_port

SHIPPED_CONF = ROOT / "conf" / "mosquitto.conf"
ACL_FILE = ROOT / "conf" / "mosquitto.acl"
PROBE_BYTES = 16
PROBE_LIMIT_S = 1.0
# apt installs it where the path of plain users does not look.
SYSTEM_FOLDERS = "/usr/local/sbin:/usr/sbin:/sbin"
PILE_LISTENER = "listener 8883"
BRIDGE_LISTENER = "listener 1883 127.0.0.1"
TLS_DIRECTIVES = ("certfile", "keyfile", "tls_version")


@dataclass(frozen=True, slots=True)
class Certificate:
    """The server's certificate chain and key, PEM files."""

    chain: Path
    key: Path


def find_mosquitto() -> Path | None:
    """The mosquitto of this machine, if it has one."""
    found = shutil.which("mosquitto") or shutil.which("mosquitto", path=SYSTEM_FOLDERS)
    return Path(found) if found else None


def render_mosquitto_conf(
    folder: Path,
    *,
    port: int,
    password_file: Path,
    acl_file: Path = ACL_FILE,
    certificate: Certificate | None = None,
    bridge_port: int | None = None,
) -> Path:
    """Write folder/mosquitto.conf: the shipped one, its piles' listener on LOOPBACK:port.

    Plain TCP without a certificate; without a bridge_port everybody uses the piles' listener.
    """
    own_values = {
        "password_file": password_file,
        "acl_file": acl_file,
        "persistence_location": f"{folder}/",
        "pid_file": folder / "mosquitto.pid",
        "log_dest": f"file {folder / 'mosquitto.log'}",
        "certfile": certificate.chain if certificate else None,
        "keyfile": certificate.key if certificate else None,
    }
    lines = [f"user {getpass.getuser()}"]
    for line in SHIPPED_CONF.read_text(encoding="utf-8").splitlines():
        directive = line.split(" ", 1)[0]
        if line == BRIDGE_LISTENER and bridge_port is None:
            break
        if line == PILE_LISTENER:
            lines.append(f"listener {port} {LOOPBACK}")
        elif line == BRIDGE_LISTENER:
            lines.append(f"listener {bridge_port} {LOOPBACK}")
        elif directive in own_values and own_values[directive] is not None:
            lines.append(f"{directive} {own_values[directive]}")
        elif directive not in TLS_DIRECTIVES or certificate is not None:
            lines.append(line)
    target = folder / "mosquitto.conf"
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return target


def start_mosquitto(
    folder: Path, *, password_file: Path, acl_file: Path = ACL_FILE, port: int = 0
) -> tuple[int, Child]:
    """Start it on LOOPBACK:port (0 = a free one), wait until it listens, return port and process.

    Raises FileNotFoundError without mosquitto on this machine, StartError when it does not start.
    """
    port = port or free_port()
    conf = render_mosquitto_conf(folder, port=port, password_file=password_file, acl_file=acl_file)
    return port, run_mosquitto(conf, port)


def run_mosquitto(conf: Path, port: int) -> Child:
    """Start mosquitto with this configuration and wait until it answers; raises as start_mosquitto does."""
    binary = find_mosquitto()
    if binary is None:
        raise FileNotFoundError("mosquitto is not installed on this machine")
    log = conf.with_name("mosquitto-output.log")
    child = Child("mosquitto", [binary, "-c", conf], log, lambda _: _answers(port))
    child.start()
    return child


def _answers(port: int) -> bool:
    """Whether it hangs up on what is neither MQTT nor TLS. Before its loop runs it listens, but SIGHUP kills it."""
    try:
        with socket.create_connection((LOOPBACK, port), PROBE_LIMIT_S) as plug:
            plug.sendall(bytes(PROBE_BYTES))
            plug.recv(PROBE_BYTES)
    except ConnectionResetError:
        return True
    except OSError:  # not there, or silent
        return False
    return True
