"""The command `scripts/simulate_piles`: reads the piles file, runs the fleet until SIGINT or SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import uvloop

from scripts.stand_ins.simulator.control import start_control
from scripts.stand_ins.simulator.fleet import Fleet, FleetError, plug_all
from scripts.stand_ins.simulator.settings import PileSettings, PileSpec, SpecError, read_piles_file
from scripts.stand_ins.simulator.state_folder import StateError
from scripts.stand_ins.simulator.traffic import Traffic

MQTT_PORT = 1883
MAX_SPEED = 1_000
MAX_SPELLS_PER_HOUR = 60.0
MAX_SKEW_S = 86_400 * 366


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code: 0 after a signal, 1 with one sentence for what cannot be run, 2 for wrong options."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if bool(options.piles_file) == bool(options.pile) or bool(options.pile) != bool(options.secret_file):
        parser.error("either --piles-file, or --pile with --secret-file")
    try:
        specs = [_one_pile(options)] if options.pile else read_piles_file(options.piles_file)
        if options.state:
            options.state.mkdir(parents=True, exist_ok=True)
        uvloop.run(_run(options, specs))
    except (SpecError, StateError, FleetError) as error:
        print(f"✗ {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"✗ {error.strerror or error}: {error.filename or 'the control port'}.", file=sys.stderr)
        return 1
    return 0


async def _run(options: argparse.Namespace, specs: list[PileSpec]) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    host, port = options.broker
    settings = PileSettings(
        speed=options.speed, skew_ms=options.clock_skew * 1000, meter_ms=options.meter * 1000
    )
    fleet = Fleet(specs, host, port, settings=settings, seed=options.seed, folder=options.state, say=_say)
    control = None
    if options.control is not None:
        control, control_port = start_control(fleet.piles, options.control)
        _say(f"control at http://127.0.0.1:{control_port}/piles")
    traffic = Traffic(
        fleet,
        seed=options.seed,
        busy=options.busy,
        speed=options.speed,
        spells_per_hour=options.offline_spells,
    )
    async with fleet:
        if options.plugged:
            plug_all(fleet)
        traffic.start()
        await stopping.wait()
        traffic.stop()
        if control:
            control.stop()
        _say("stopping …")
    _say("all piles have said goodbye")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="simulate_piles",
        description="Simulated charging piles over MQTT: they obey the platform and start nothing by themselves.",
    )
    parser.add_argument(
        "--broker",
        type=_broker,
        default="mqtt://127.0.0.1:1883",
        help="mqtt://host:port (default %(default)s)",
    )
    parser.add_argument(
        "--piles-file",
        type=Path,
        help="JSON: [{pile_no, secret, kind, rated_w, connectors, vendor, model, registers_wh}]",
    )
    parser.add_argument("--pile", metavar="PILE_NO", help="one pile by its number, with --secret-file")
    parser.add_argument(
        "--secret-file",
        type=Path,
        metavar="FILE",
        help="the secret that the desk has shown, - for standard input",
    )
    parser.add_argument(
        "--guns", type=lambda text: int(_within(text, 1, 12)), default=2, help="of --pile (default 2)"
    )
    parser.add_argument("--kind", choices=("dc", "ac"), default="dc", help="of --pile (default dc)")
    parser.add_argument(
        "--rated-kw", type=lambda text: _within(text, 1, 1_000), default=120.0, help="of --pile (default 120)"
    )
    parser.add_argument("--seed", type=int, default=0, help="the same seed, the same cars (default 0)")
    parser.add_argument(
        "--speed",
        type=lambda text: int(_within(text, 1, MAX_SPEED)),
        default=1,
        help="batteries this many times smaller, so that a charge ends sooner; power and time stay real",
    )
    parser.add_argument(
        "--busy",
        type=lambda text: _within(text, 0, 1),
        default=0.0,
        help="share of connectors with a car, 0 to 1",
    )
    parser.add_argument(
        "--plugged", action="store_true", help="a car at every connector from the start, to be charged"
    )
    parser.add_argument(
        "--offline-spells",
        type=lambda text: _within(text, 0, MAX_SPELLS_PER_HOUR),
        default=0.0,
        metavar="RATE",
        help="network losses per pile and hour",
    )
    parser.add_argument(
        "--clock-skew",
        type=lambda text: int(_within(text, -MAX_SKEW_S, MAX_SKEW_S)),
        default=0,
        metavar="SECONDS",
        help="how far the clocks of the piles are ahead until set_time",
    )
    parser.add_argument(
        "--meter",
        type=lambda text: int(_within(text, 1, 60)),
        default=15,
        metavar="SECONDS",
        help="interval of meter values (default 15)",
    )
    parser.add_argument("--state", type=Path, metavar="DIR", help="keep registers and records over restarts")
    parser.add_argument(
        "--control",
        type=lambda text: int(_within(text, 0, 65_535)),
        metavar="PORT",
        help="loopback HTTP to plug, unplug and break things; 0 takes a free port",
    )
    return parser


def _one_pile(options: argparse.Namespace) -> PileSpec:
    """A pile whose secret somebody was shown; it is no option itself, for options can be read by others."""
    source = options.secret_file
    secret = (sys.stdin.readline() if str(source) == "-" else source.read_text(encoding="utf-8")).strip()
    return PileSpec(
        pile_no=options.pile,
        secret=secret,
        kind=options.kind,
        rated_w=int(options.rated_kw * 1_000),
        connectors=options.guns,
    )


def _broker(text: str) -> tuple[str, int]:
    try:
        url = urlsplit(text)
        host, port = url.hostname, url.port or MQTT_PORT
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is not mqtt://host:port") from error
    if url.scheme != "mqtt" or not host or url.username or url.path not in {"", "/"}:
        raise argparse.ArgumentTypeError(f"{text} is not mqtt://host:port (each pile has its own password)")
    return host, port


def _within(text: str, least: float, most: float) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is not a number") from error
    if not least <= value <= most:
        raise argparse.ArgumentTypeError(f"{text} is not between {least} and {most}")
    return value


def _say(line: str) -> None:
    print(line, flush=True)
