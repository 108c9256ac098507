"""One full charge through the public interfaces only: driver HTTP API, MQTT, the sandbox's payment, staff HTTP API.

Nothing of the product is imported; the bill is compared with smoke_bill's own calculation.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from scripts.environment import ROOT
from scripts.local.driver_client import DriverClient
from scripts.local.launcher.configuration import VIEWER, Addresses
from scripts.local.launcher.run_folder import RunFolder, read_json
from scripts.local.launcher.smoke_bill import LineKey, price_lines
from scripts.local.launcher.smoke_error import SmokeError, StepError
from scripts.local.launcher.smoke_http import Client, poll, require, require_equal, take_answer
from scripts.local.launcher.smoke_observer import Observer
from scripts.local.launcher.terminal import Terminal
from scripts.processes.loopback import LOOPBACK

TOP_UP_FEN = 10_000
CHARGE_S = 10.0
WATCH_S = 0.5
LEAST_METERS = 5
LEAST_ENERGY_WH = 20
WAIT_S = 180.0
COMMAND_LIMIT_S = 180
POSITION: dict[str, str | int] = {"lat": "31.317040", "lng": "120.678920", "radius_m": 50_000}


@dataclass(slots=True)
class Findings:
    """What the steps learn and the next ones need."""

    link: str = ""
    connector_no: str = ""
    pile_no: str = ""
    gun: int = 0
    station: dict[str, Any] = field(default_factory=dict)
    estimate: dict[str, Any] = field(default_factory=dict)
    session_no: str = ""
    hold_fen: int = 0
    start_to_charging_ms: int = 0
    record: dict[str, Any] = field(default_factory=dict)
    order: dict[str, Any] = field(default_factory=dict)
    ledger: dict[str, Any] = field(default_factory=dict)


class Smoke:
    """The steps in their order; `run` does them all and returns the numbers of the JSON line."""

    def __init__(self, folder: RunFolder, addresses: Addresses, terminal: Terminal) -> None:
        self._folder = folder
        self._public_url = addresses.public_url
        self._terminal = terminal
        self._driver = DriverClient(addresses.api_url, addresses.sandbox_url, take_answer)
        self._staff = Client(f"{addresses.api_url}/api/v1/admin")
        self._piles = Client(addresses.control_url)
        secret = folder.secret(VIEWER)
        self._observer = Observer(LOOPBACK, addresses.ports.broker, VIEWER, secret)
        self._found = Findings()

    def run(self) -> dict[str, int]:
        """Raises StepError naming the first step that does not hold."""
        try:
            with self._step("listen", "旁听 MQTT"):
                self._observer.__enter__()
            try:
                self._charge()
            finally:
                self._observer.__exit__(None, None, None)
        finally:
            for client in (self._driver, self._staff, self._piles):
                client.close()
        found = self._found
        return {
            "start_to_charging_ms": found.start_to_charging_ms,
            "energy_wh": found.order["energy_wh"],
            "total_fen": found.order["total_fen"],
            "ledger_sum_fen": found.ledger["ledger_sum_fen"],
        }

    def _charge(self) -> None:
        for name, label, act in (
            ("login", "车主登录", self._log_in),
            ("top_up", "充值 100 元，等支付通知入账", self._top_up),
            ("nearby", "附近的充电站", self._find_station),
            ("resolve", "扫码", self._resolve),
            ("estimate", "插枪，充电前估算", self._plug_and_estimate),
            ("start", "启动充电", self._start),
            ("charging", f"充电 {CHARGE_S:.0f} 秒", self._watch),
            ("stop", "停止充电，等结算", self._stop),
            ("messages", "MQTT 消息与回执", self._check_messages),
            ("bill", "独立核算账单", self._check_bill),
            ("wallet", "钱包余额", self._check_wallet),
            ("dashboard", "运营看板", self._check_dashboard),
            ("ledger", "账本核对", self._check_ledger),
        ):
            with self._step(name, label):
                act()

    @contextmanager
    def _step(self, name: str, label: str) -> Iterator[None]:
        try:
            with self._terminal.step(label):
                yield
        except SmokeError as error:
            raise StepError(name, str(error)) from error
        except (KeyError, IndexError, TypeError, ValueError, OSError) as error:
            raise StepError(name, f"{type(error).__name__}: {error}") from error

    def _log_in(self) -> None:
        login = self._driver.log_in()
        me = self._driver.get("me")
        require_equal("the driver's number", me["driver_no"], login["driver_no"])

    def _top_up(self) -> None:
        self._driver.pay(self._driver.ask_top_up(TOP_UP_FEN, key=secrets.token_hex(16)))
        poll(
            lambda: self._driver.get("wallet")["available_fen"] == TOP_UP_FEN or None,
            "the payment's notify is credited to the wallet",
            WAIT_S,
        )
        require(self._driver.notifies(), "the sandbox sent no notify")

    def _find_station(self) -> None:
        sticker = read_json(self._folder.stickers)[0]
        self._found.link = f"{self._public_url}/p/{sticker['qr_token']}"
        self._found.connector_no = sticker["connector_no"]
        stations = self._driver.get("stations/nearby", **POSITION)["stations"]
        found = [one for one in stations if one["name"] == sticker["station"]]
        require(found, f"{sticker['station']} is not among the {len(stations)} stations nearby")
        self._found.station = self._driver.get(f"stations/{found[0]['station_no']}")

    def _resolve(self) -> None:
        resolved = self._driver.post("connectors/resolve", {"text": self._found.link})
        require_equal("the scanned connector", resolved["connector_no"], self._found.connector_no)
        self._found.pile_no, self._found.gun = resolved["pile_no"], resolved["gun"]

    def _plug_and_estimate(self) -> None:
        found = self._found
        self._piles.post(f"piles/{found.pile_no}/connectors/{found.gun}/plug")
        poll(
            lambda: self._driver.post("connectors/resolve", {"text": found.link})["is_startable"] or None,
            "the plugged connector may be started",
            WAIT_S,
        )
        found.estimate = self._driver.get(f"connectors/{found.connector_no}/estimate")
        require(found.estimate["energy_wh"] > 0, "the estimate promises no energy")

    def _start(self) -> None:
        found = self._found
        key = secrets.token_hex(16)
        body = {"connector_no": found.connector_no}
        began_s = time.monotonic()
        started = self._driver.post("sessions", body, key=key)
        found.session_no, found.hold_fen = started["session_no"], started["hold_fen"]
        poll(lambda: self._live()["state"] == "charging" or None, "the session is charging", WAIT_S)
        found.start_to_charging_ms = round((time.monotonic() - began_s) * 1000)
        again = self._driver.post("sessions", body, key=key)
        require_equal("the session of the same Idempotency-Key", again["session_no"], found.session_no)
        require_equal("the hold", found.hold_fen, found.estimate["hold_fen"])
        require_equal("held_fen", self._driver.get("wallet")["held_fen"], found.hold_fen)

    def _live(self) -> dict[str, Any]:
        session: dict[str, Any] | None = self._driver.get("sessions/live")["session"]
        require(session is not None, "no live session")
        return session or {}

    def _watch(self) -> None:
        charged_s = time.monotonic() + CHARGE_S
        readings_wh = [0]

        def has_charged() -> bool | None:
            readings_wh.append(self._live()["energy_wh"])
            require(readings_wh[-1] >= readings_wh[-2], "the live energy went backwards")
            is_enough = len(set(readings_wh)) >= LEAST_METERS
            return (is_enough and time.monotonic() >= charged_s) or None

        poll(has_charged, f"the live energy moves {LEAST_METERS} times", WAIT_S, every_s=WATCH_S)

    def _stop(self) -> None:
        session_no = self._found.session_no
        self._driver.post(f"sessions/{session_no}/stop")

        def settled() -> dict[str, Any] | None:
            session: dict[str, Any] = self._driver.get(f"sessions/{session_no}")
            return session if session["state"] == "settled" else None

        session = poll(settled, "the session is settled", WAIT_S)
        require_equal("stop_reason", session["stop_reason"], "driver_app")
        self._found.order = self._driver.get(f"orders/{session['order_no']}")
        listed = self._driver.get("orders")["orders"]
        require_equal("the list of orders", [one["order_no"] for one in listed], [session["order_no"]])

    def _check_messages(self) -> None:
        pile_no, session_no = self._found.pile_no, self._found.session_no
        (started,) = self._observer.said(pile_no, "up/session_started", session_no=session_no)
        (ended,) = self._observer.said(pile_no, "up/session_ended", session_no=session_no)
        meters = self._observer.said(pile_no, "up/meter", session_no=session_no)
        require(len(meters) >= LEAST_METERS, f"only {len(meters)} meter values were sent")

        def receipted() -> bool | None:
            receipts = self._observer.said(pile_no, "down/receipt")
            named = {message_id for receipt in receipts for message_id in receipt["ids"]}
            return {started["id"], ended["id"]} <= named or None

        poll(receipted, "receipts for session_started and session_ended", WAIT_S)
        self._found.record = ended

    def _check_bill(self) -> None:
        found, order, record = self._found, self._found.order, self._found.record
        energy_wh = record["register_end_wh"] - record["register_start_wh"]
        require(energy_wh >= LEAST_ENERGY_WH, f"only {energy_wh} Wh flowed")
        require_equal(
            "the sum of the segments", sum(one["energy_wh"] for one in record["segments"]), energy_wh
        )
        require_equal("energy_wh", order["energy_wh"], energy_wh)
        (tariff_no,) = (
            one["tariff_no"]
            for one in found.station["connectors"]
            if one["connector_no"] == found.connector_no
        )
        (strip,) = (one for one in found.station["price_strips"] if one["tariff_no"] == tariff_no)
        wanted = price_lines(record["segments"], strip["periods"], found.station["time_zone"])
        told = {
            LineKey(date.fromisoformat(line["local_date"]), line["start_slot"], line["component"]): line[
                "fee_fen"
            ]
            for line in order["fee_lines"]
            if line["energy_wh"]
        }
        require_equal("the bill's fee lines", told, wanted)
        for component in ("electricity", "service"):
            fen = sum(fee for key, fee in wanted.items() if key.component == component)
            require_equal(f"{component}_fen", order[f"{component}_fen"], fen)
        require_equal("total_fen", order["total_fen"], sum(wanted.values()))
        require(order["total_fen"] > 0, "the charge was free")

    def _check_wallet(self) -> None:
        order, hold_fen = self._found.order, self._found.hold_fen
        total_fen = order["total_fen"]
        for name, wanted in (
            ("held_fen", hold_fen),
            ("captured_fen", total_fen),
            ("released_fen", hold_fen - total_fen),
            ("debt_fen", 0),
        ):
            require_equal(f"the order's {name}", order[name], wanted)
        wallet = self._driver.get("wallet")
        for name, wanted in (("available_fen", TOP_UP_FEN - total_fen), ("held_fen", 0), ("debt_fen", 0)):
            require_equal(f"the wallet's {name}", wallet[name], wanted)

    def _check_dashboard(self) -> None:
        login = read_json(self._folder.logins)[0]
        body = {"account": login["account"], "password": login["password"]}
        self._staff.door.token = self._staff.post("login", body)["token"]
        order = self._found.order
        wanted = {
            "drivers": 1,
            "top_up_fen": TOP_UP_FEN,
            "charging_fen": order["total_fen"],
            "energy_wh": order["energy_wh"],
            "charges": 1,
        }

        def told() -> dict[str, Any]:
            total = self._staff.get("dashboard")["total"]
            return {name: total[name] for name in wanted}

        poll(lambda: told() == wanted or None, f"the dashboard's total is {wanted}", WAIT_S)

    def _check_ledger(self) -> None:
        done = subprocess.run(
            [ROOT / "scripts" / "check_ledger"],
            env={**os.environ, "XINXIANG_CONFIG": str(self._folder.config.resolve())},
            capture_output=True,
            text=True,
            timeout=COMMAND_LIMIT_S,
            check=False,
        )
        require_equal("the status of scripts/check_ledger", done.returncode, 0)
        self._found.ledger = json.loads(done.stdout.splitlines()[-1])
        require_equal("ledger_sum_fen", self._found.ledger["ledger_sum_fen"], 0)
        require_equal("accounts_off", self._found.ledger["accounts_off"], 0)
