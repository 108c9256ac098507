"""The command `scripts/run`: options, then the whole system until Ctrl-C, or `--smoke`, its proof."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import NoReturn

from typing_extensions import override

from scripts.environment import ROOT, NotReadyError
from scripts.front_ends.build import ADMIN_PAGES, FRONT_ENDS, PREVIEW_SITE
from scripts.local.launcher.assembly import assemble
from scripts.local.launcher.configuration import Addresses, shown_path
from scripts.local.launcher.empty_system import find_begin_url, write_stickers
from scripts.local.launcher.panel import Facts, render_panel
from scripts.local.launcher.ports import LARGEST_PORT, choose_ports, require_free
from scripts.local.launcher.run_folder import RunFolder, occupied, read_json
from scripts.local.launcher.status import Status
from scripts.local.launcher.supervision import StopAskedError, StopSignals, watch
from scripts.local.launcher.system import System, Traffic
from scripts.local.launcher.terminal import Terminal, make_terminal
from scripts.whole_number import whole_number

DEFAULT_FOLDER = ROOT / "var" / "run"
EMPTY_FOLDER = ROOT / "var" / "empty"
DEFAULT_PILES = 40
MAX_PILES = 10_000
MAX_SPEED = 1_000
MAX_YEARS = 10
EXIT_OPTIONS = 2
EXIT_INTERRUPTED = 130


def main(arguments: list[str] | None = None, *, started_s: float | None = None) -> int:
    """Exit status: 0 after Ctrl-C or a good smoke, 1 with one sentence when it cannot run, 2 for wrong options,
    130 for a Ctrl-C before anything was started.

    `started_s` is the monotonic time at which the command began.
    """
    options = _parser().parse_args(arguments)
    started_s = time.monotonic() if started_s is None else started_s
    terminal = make_terminal(is_quiet=options.quiet)
    if options.smoke:
        from scripts.local.launcher.smoke_run import run_smoke

        return run_smoke(terminal, folder=options.folder, started_s=started_s, seed=options.seed)
    try:
        own = EMPTY_FOLDER if options.empty else DEFAULT_FOLDER
        with occupied(options.folder or own, is_fresh=options.fresh) as folder:
            return _run(folder, options, terminal, started_s)
    except NotReadyError as problem:
        terminal.fail(str(problem))
        return 1
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


def _run(folder: RunFolder, options: argparse.Namespace, terminal: Terminal, started_s: float) -> int:
    require_free(options.host, options.port)
    terminal.say(f"\n  {terminal.style('欣象充电桩管理系统', 'bold')}")
    terminal.step_done("运行环境", time.monotonic() - started_s)
    system: System | None = None
    signals = StopSignals(lambda: system.kill() if system else None)
    signals.install()
    try:
        ports = choose_ports(folder, host=options.host, api=options.port, any_free=False)
        addresses = Addresses(options.host, ports)
        has_drivers = not options.no_drivers and not options.empty
        traffic = Traffic(seed=options.seed, speed=options.speed, has_drivers=has_drivers)
        piles = 0 if options.empty else options.piles
        system = assemble(
            folder,
            addresses,
            traffic,
            piles=piles,
            years=0 if options.empty else options.years,
            terminal=terminal,
            front_ends=FRONT_ENDS,
        )
        system.begin(terminal)
        facts = _facts(system, time.monotonic() - started_s)
        terminal.print(render_panel(facts, terminal))
        watch(system.parts, terminal, Status(addresses, facts.logins).line)
    except StopAskedError:
        terminal.say("\n  正在结束 …")
    finally:
        signals.begin_end()
        if system is not None:
            system.end()
    terminal.say(f"  已结束，数据保留在 {shown_path(folder.path)}")
    return 0


def _facts(system: System, seconds: float) -> Facts:
    folder = system.folder
    if system.is_empty:
        write_stickers(folder)
    fleet = read_json(folder.fleet)
    stickers = read_json(folder.stickers)
    return Facts(
        addresses=system.addresses,
        piles=len(fleet),
        connectors=sum(pile["connectors"] for pile in fleet),
        stations=len({sticker["station"] for sticker in stickers}),
        logins=[] if system.is_empty else read_json(folder.logins),
        viewer_secret=folder.secret("viewer"),
        logs=shown_path(folder.logs),
        has_redis=bool(system.redis_url),
        has_drivers=system.traffic.has_drivers,
        has_preview=PREVIEW_SITE in system.sites,
        has_admin_pages=ADMIN_PAGES in system.sites,
        seconds=seconds,
        is_empty=system.is_empty,
        begin_url=find_begin_url(folder, system.addresses) if system.is_empty else "",
    )


class _Parser(argparse.ArgumentParser):
    """Says one sentence instead of a usage text."""

    @override
    def error(self, message: str) -> NoReturn:
        self.exit(EXIT_OPTIONS, f"✗ {message} (see {self.prog} --help)\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="scripts/run",
        description="在本机启动整个产品：数据库、MQTT、接口、后台任务、微信与支付宝沙箱和一批模拟充电桩 "
        "(start the whole product on this machine)",
    )
    add = parser.add_argument
    add("--fresh", action="store_true", help="清空数据，从头开始")
    add(
        "--empty",
        action="store_true",
        help="不要演示数据：从第一位管理员开始，建自己的充电站；数据另放（默认 var/empty），一直保留",
    )
    add(
        "--piles",
        type=whole_number(1, MAX_PILES),
        default=DEFAULT_PILES,
        metavar="N",
        help="模拟充电桩的数量（默认 40）",
    )
    add(
        "--years",
        type=whole_number(0, MAX_YEARS),
        default=0,
        metavar="N",
        help="先写入到昨天为止 N 年的历史（充电、充值、退款、账本），第一次启动时写一次，每年约 20 秒",
    )
    add(
        "--port",
        type=whole_number(1, LARGEST_PORT),
        default=8080,
        metavar="N",
        help="接口的端口（默认 8080）",
    )
    add("--host", default="127.0.0.1", help="接口监听的地址（默认只接受本机访问）")
    add("--no-drivers", action="store_true", help="不要演示车主：充电桩只等你来启动")
    add("--seed", type=whole_number(0, 2**31), default=1, metavar="N", help="随机种子：同样的种子，同样的车")
    add(
        "--speed",
        type=whole_number(1, MAX_SPEED),
        default=10,
        metavar="N",
        help="电池缩小的倍数，充电更快结束（默认 10）",
    )
    add(
        "--folder",
        type=lambda text: Path(text).resolve(),
        metavar="DIR",
        help="数据文件夹（默认 var/run，--empty 时 var/empty）",
    )
    add("--smoke", action="store_true", help="用临时数据跑完一次充电并核对账单，最后一行输出 JSON")
    add("--quiet", action="store_true", help="不显示进度")
    return parser
