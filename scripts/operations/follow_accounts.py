"""Stands beside a broker and hands it what the database says of accounts: within a second or two, for ever, by itself.

It writes the password file, tells the broker to read it, and then asks the broker itself: an account of its own, with
another password in each file, is let in only when the new file is in force. What it finds it writes into the database,
for the desk to show. Whatever goes wrong is tried again.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import structlog

from backend.config import MqttSettings
from backend.domain.broker_account import BrokerProblem
from backend.domain.errors import ServiceUnavailable
from backend.gateways.clock import utc_now
from backend.gateways.ids import new_token
from backend.self_check.broker import lets_in
from backend.services.sites.broker_accounts import count_account_changes
from backend.services.sites.broker_nodes import note_contacts, record_broker_node
from scripts.operations.broker_file import write_broker_passwords
from scripts.operations.broker_log import BrokerLog

LOOK_S = 0.5
WHOLE_S = 60.0
"""So often the whole file is compared, also where nobody counted a change."""
ALIVE_S = 5.0
TELL_AGAIN_S = 3.0
ASK_LATER_AFTER_S = 6.0
ASK_LATER_S = 10.0
"""A broker that does not take the file is asked ever less: it may count wrong passwords."""
PROBE_NAME = ".accounts"
"""No pile can have this number, and the topic rules give it nothing that anybody reads."""
NAME_LENGTH = 64
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The broker that is looked after. `pid_file`: it is told by SIGHUP; without one it looks at its file by itself."""

    password_file: Path
    accounts: dict[str, str]
    mqtt: MqttSettings
    pid_file: Path | None = None
    log_file: Path | None = None
    name: str = ""


class AccountFollower:
    """`turn` looks once; `run` goes on until it is told to stop."""

    def __init__(self, beside: Beside) -> None:
        self._beside = beside
        self._name = (beside.name or socket.gethostname())[:NAME_LENGTH]
        self._log = BrokerLog(beside.log_file) if beside.log_file else None
        self._probe = new_token()
        self._written: int | None = None
        self._taken: int | None = None
        self._problem = BrokerProblem.NONE
        self._whole_s = self._alive_s = self._told_s = self._asked_s = self._since_s = float("-inf")

    def run(self, stopping: threading.Event) -> None:
        """Follow until `stopping` is set; a database that is away is waited for."""
        is_away = False
        while not stopping.is_set():
            try:
                self.turn()
                is_away = False
            except ServiceUnavailable as error:
                if not is_away:
                    _log.warning("database_away", error=str(error))
                is_away = True
            except Exception:  # noqa: BLE001 - it outlives whatever a turn meets
                _log.exception("accounts_turn_failed")
            stopping.wait(LOOK_S)

    def turn(self) -> None:
        """Hand over what changed, ask whether it was taken, tell what was found. Raises ServiceUnavailable."""
        now_s = time.monotonic()
        wanted = count_account_changes()
        if wanted != self._written or now_s - self._whole_s >= WHOLE_S:
            self._write(wanted, now_s)
        was = (self._taken, self._problem)
        if self._written is not None and self._taken != self._written:
            self._settle(now_s)
        self._tell(now_s, is_news=was != (self._taken, self._problem))

    def _write(self, wanted: int, now_s: float) -> None:
        """Write the file where it differs; each new one has another password for the probe."""
        path = self._beside.password_file
        before = _read(path)
        try:
            if wanted == self._written:
                self._write_with(self._probe)
                if before == _read(path):
                    self._whole_s = now_s
                    return
            probe = new_token()
            self._write_with(probe)
        except OSError as error:
            if self._problem is not BrokerProblem.FILE:
                _log.warning("accounts_not_written", error=str(error))
            self._problem = BrokerProblem.FILE
            return
        self._probe, self._written, self._taken, self._whole_s = probe, wanted, None, now_s
        self._since_s, self._told_s, self._asked_s = now_s, float("-inf"), float("-inf")
        _log.info("accounts_written", version=wanted)

    def _write_with(self, probe: str) -> None:
        accounts = self._beside.accounts | {PROBE_NAME: probe}
        write_broker_passwords(self._beside.password_file, accounts)

    def _settle(self, now_s: float) -> None:
        """Tell the broker, and ask it whether the new file is in force."""
        if now_s - self._told_s >= TELL_AGAIN_S:
            self._told_s = now_s
            self._signal()
        waited_s = now_s - self._since_s
        if waited_s > ASK_LATER_AFTER_S and now_s - self._asked_s < ASK_LATER_S:
            return
        self._asked_s = now_s
        try:
            is_taken = lets_in(self._beside.mqtt, PROBE_NAME, self._probe)
        except OSError:
            self._problem = BrokerProblem.BROKER_AWAY
            return
        if is_taken:
            self._taken, self._problem = self._written, BrokerProblem.NONE
            _log.info("accounts_taken", version=self._taken)
        elif waited_s > ASK_LATER_AFTER_S:
            self._problem = BrokerProblem.NOT_TAKEN

    def _signal(self) -> None:
        pid_file = self._beside.pid_file
        if pid_file is None:
            return
        try:
            os.kill(int(pid_file.read_text(encoding="ascii")), signal.SIGHUP)
        except (OSError, ValueError) as error:
            _log.warning("broker_not_told", error=str(error))

    def _tell(self, now_s: float, *, is_news: bool) -> None:
        """What the desk shows; the broker's own words about log-ins as well."""
        now = utc_now()
        heard = None if self._log is None else self._log.read(now)
        refusals = 0 if heard is None else heard.unnamed_refusals
        if heard is not None and heard.contacts:
            note_contacts(contacts=heard.contacts, now=now)
        if not is_news and not refusals and now_s - self._alive_s < ALIVE_S:
            return
        self._alive_s = now_s
        record_broker_node(
            name=self._name,
            taken_version=self._taken,
            problem=self._problem,
            refusals=refusals,
            refused_at=now if refusals else None,
            now=now,
        )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
