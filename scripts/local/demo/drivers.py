"""Demo drivers: a few people who charge again and again, through the public HTTP API and the sandbox only.

`python -m scripts.local.demo.drivers --api URL --sandbox URL`. They survive an API that goes away, and give up nothing:
a session that is still open is watched to its end.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import signal
from dataclasses import dataclass
from random import Random
from typing import Any

from scripts.local.demo.driver_api import DriverApi, RefusedError, Turnstile

DRIVERS = 6
CENTRE: dict[str, str | int] = {"lat": "31.300000", "lng": "120.640000", "radius_m": 50_000, "limit": 20}
LOW_FEN = 3_000
TOP_UP_FEN = 10_000
LIMITS_FEN = (None, None, 2_000, 3_000)
PAYMENT_LOOKS = 10
LOOK_S = (12.0, 20.0)
ARRIVAL_GAP_S = 10.0
STATIONS_TRIED = 3
REST_S = (15.0, 60.0)
CHARGE_S = (60.0, 600.0)
OPEN_STATES = frozenset({"created", "awaiting_payment", "starting", "charging", "stopping"})
LONGEST_BACKOFF_S = 30.0


@dataclass(frozen=True, slots=True)
class _Person:
    number: int
    api: DriverApi
    random: Random

    async def live(self) -> None:
        """Charge, rest, charge again; wait longer and longer while nobody answers."""
        failures = 0
        await asyncio.sleep((self.number - 1) * ARRIVAL_GAP_S)
        while True:
            try:
                await self._charge_once()
                failures = 0
            except RefusedError as refusal:
                self._say(f"refused: {refusal.code or refusal.status} {refusal}")
            except (OSError, json.JSONDecodeError) as problem:
                failures += 1
                self._say(f"no answer: {problem}")
            if failures:
                await asyncio.sleep(min(2.0**failures, LONGEST_BACKOFF_S))
            else:
                await asyncio.sleep(self.random.uniform(*REST_S))

    async def _charge_once(self) -> None:
        live = (await self.api.get("sessions/live"))["session"]
        if live is not None:
            await self._watch(live["session_no"])
            return
        await self._top_up_when_low()
        connector_no = await self._find_plugged()
        if connector_no is None:
            return
        found = await self.api.post("connectors/resolve", {"text": connector_no})
        if not found["is_startable"]:
            return
        limit_fen = self.random.choice(LIMITS_FEN)
        await self.api.get(f"connectors/{connector_no}/estimate")
        started = await self.api.post(
            "sessions", {"connector_no": connector_no, "limit_fen": limit_fen}, key=_new_key()
        )
        self._say(f"starts {started['session_no']} at {connector_no}")
        await self._watch(started["session_no"])

    async def _top_up_when_low(self) -> None:
        wallet = await self.api.get("wallet")
        if wallet["available_fen"] >= LOW_FEN and not wallet["debt_fen"]:
            return
        ordered = await self.api.ask_top_up(TOP_UP_FEN, key=_new_key())
        await self.api.pay(ordered)
        for _ in range(PAYMENT_LOOKS):
            payment = await self.api.get(f"payments/{ordered['payment_no']}")
            if payment["state"] == "paid":
                self._say(f"topped up {TOP_UP_FEN} fen")
                return
            await asyncio.sleep(2)

    async def _find_plugged(self) -> str | None:
        """A connector with a car that nobody charges, at one of a few random stations; None when there is none."""
        cards = (await self.api.get("stations/nearby", **CENTRE))["stations"]
        for card in self.random.sample(cards, min(STATIONS_TRIED, len(cards))):
            station: dict[str, Any] = await self.api.get(f"stations/{card['station_no']}")
            states = [connector["state"] for connector in station["connectors"]]
            ready: list[str] = [state["connector_no"] for state in states if state["status"] == "plugged"]
            if ready:
                return self.random.choice(ready)
        return None

    async def _watch(self, session_no: str) -> None:
        """Look now and then until the session is over; some people stop before the car is full."""
        loop = asyncio.get_running_loop()
        leaves_s = loop.time() + self.random.uniform(*CHARGE_S)
        while True:
            await asyncio.sleep(self.random.uniform(*LOOK_S))
            session = await self.api.get(f"sessions/{session_no}")
            if session["state"] not in OPEN_STATES:
                self._say(
                    f"{session_no} {session['state']}, {session['energy_wh']} Wh, {session['total_fen']} fen"
                )
                return
            if loop.time() > leaves_s and "stop" in session["allowed_actions"]:
                await self.api.post(f"sessions/{session_no}/stop")
                leaves_s = loop.time() + CHARGE_S[1]

    def _say(self, text: str) -> None:
        print(f"driver {self.number}: {text}", flush=True)


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="python -m scripts.local.demo.drivers", description="演示车主")
    parser.add_argument("--api", required=True, metavar="URL", help="接口地址")
    parser.add_argument("--sandbox", required=True, metavar="URL", help="沙箱地址")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="随机种子")
    options = parser.parse_args()
    asyncio.run(_run(options.api, options.sandbox, options.seed))


async def _run(api_url: str, sandbox_url: str, seed: int) -> None:
    turnstile = Turnstile()
    people = [
        _Person(
            number,
            DriverApi(api_url, sandbox_url, f"demo-driver-{seed}-{number}", turnstile),
            Random(f"{seed}/driver/{number}"),  # noqa: S311 simulated people, not secrets
        )
        for number in range(1, DRIVERS + 1)
    ]
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    living = [asyncio.create_task(person.live()) for person in people]
    ending = asyncio.create_task(stopping.wait())
    await asyncio.wait([ending, *living], return_when=asyncio.FIRST_COMPLETED)
    for task in (ending, *living):
        task.cancel()
    for result in await asyncio.gather(*living, return_exceptions=True):
        if isinstance(
            result, Exception
        ):  # a person never returns: that is a defect, and ends the program loudly
            raise result


def _new_key() -> str:
    return secrets.token_hex(16)


if __name__ == "__main__":
    main()
