"""`python -m mqtt_bridge`: piles → database and live view; commands → piles. A wrong setting is one sentence."""

import signal
import sys
import threading
from typing import Final, NoReturn
from wsgiref.simple_server import WSGIServer

from backend import live
from backend.config import ConfigError, Settings, load, read_secret
from backend.config import MqttSettings as MqttTable
from backend.log import configure_log
from backend.models.engine import database
from backend.self_check import require_safe
from mqtt_bridge import metrics
from mqtt_bridge.bridge import Bridge
from mqtt_bridge.client import MqttSettings

EXIT_CONFIG: Final = 2


def main() -> NoReturn:
    """Serve until SIGTERM or SIGINT, drained within 10 s; exit 0, 1 when a part died, 2 when it cannot start."""
    try:
        settings = load()
        configure_log(level=settings.log.level, style=settings.log.format)
        require_safe(settings, "bridge")
        database.connect(settings.database_url)
        live.connect(settings.redis.url or None)
        bridge = _make_bridge(settings)
        metrics_server = _serve_metrics(settings, bridge)
    except (ConfigError, ValueError, OSError) as error:
        print(f"✗ {error}", file=sys.stderr)  # noqa: T201 - for the person at the terminal
        sys.exit(EXIT_CONFIG)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    code = bridge.run(stop)
    if metrics_server is not None:
        metrics_server.shutdown()
    live.close()
    sys.exit(code)


def _make_bridge(settings: Settings) -> Bridge:
    table = settings.bridge
    for key in ("batch_cap", "queue_cap", "status_asks_per_s"):
        if (value := getattr(table, key)) < 1:
            raise ConfigError(f"bridge.{key} is {value}: it must be 1 or more")
    return Bridge(
        _mqtt(settings.mqtt),
        batch_cap=table.batch_cap,
        queue_cap=table.queue_cap,
        status_asks_per_s=table.status_asks_per_s,
    )


def _mqtt(table: MqttTable) -> MqttSettings:
    return MqttSettings(
        host=table.host,
        port=table.port,
        username=table.username,
        password=read_secret(table.password_file) if table.password_file else "",
        tls_ca_file=table.tls_ca_file,
    )


def _serve_metrics(settings: Settings, bridge: Bridge) -> WSGIServer | None:
    port = settings.bridge.metrics_port
    if port <= 0:
        return None
    try:
        return metrics.serve(port, bridge.writer.totals, bridge.inbox)
    except OSError as error:
        raise ConfigError(f"bridge.metrics_port {port}: {error.strerror or error}") from None


if __name__ == "__main__":
    main()
