"""The command: python -m scripts.stand_ins.sandbox --config DIR/sandbox.json [--port N] [--notify-speed N] [--log FILE]."""

import argparse
import asyncio
import errno
import logging
import math
from pathlib import Path

from scripts.stand_ins.sandbox.config import ConfigError, load_identity
from scripts.stand_ins.sandbox.server import serve_until_signal

LARGEST_PORT = 65_535


def main() -> None:
    """Serve until SIGTERM or SIGINT; exits 1 with one sentence when that cannot start."""
    parser = _parser()
    options = parser.parse_args()
    try:
        _log_to(options.log)
        identity = load_identity(options.config)
        asyncio.run(serve_until_signal(identity, options.host, options.port, options.notify_speed))
    except ConfigError as problem:
        parser.exit(1, f"✗ {problem}\n")
    except OSError as problem:
        parser.exit(1, f"✗ {_sentence(problem, options.host, options.port)}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.stand_ins.sandbox", description="微信、微信支付与支付宝的本地沙箱"
    )
    parser.add_argument(
        "--config",
        type=Path,
        required=True,
        metavar="FILE",
        help="scripts.stand_ins.sandbox.keys 生成的 sandbox.json",
    )
    parser.add_argument("--port", type=_port, default=0, help="端口;0 表示任选一个空闲端口(默认)")
    parser.add_argument("--host", default="127.0.0.1", help="监听地址(默认只接受本机访问)")
    parser.add_argument(
        "--notify-speed", type=_speed, default=1.0, metavar="N", help="通知与退款的等待时间除以 N"
    )
    parser.add_argument("--log", type=Path, metavar="FILE", help="日志追加到这个文件(默认标准错误)")
    return parser


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= LARGEST_PORT:
        raise argparse.ArgumentTypeError("端口应在 0–65535 之间")
    return port


def _speed(text: str) -> float:
    speed = float(text)
    if not math.isfinite(speed) or speed <= 0:
        raise argparse.ArgumentTypeError("应为大于 0 的数")
    return speed


def _log_to(path: Path | None) -> None:
    handler = logging.StreamHandler() if path is None else logging.FileHandler(path, encoding="utf-8")
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", handlers=[handler]
    )


def _sentence(problem: OSError, host: str, port: int) -> str:
    if problem.errno == errno.EADDRINUSE:
        return f"端口 {port} 已被占用:请换一个 --port,或先停掉占用它的程序"
    return f"沙箱无法启动({host}:{port}):{problem.strerror or problem}"


if __name__ == "__main__":
    main()
