"""Commands on their way to piles: claimed from the database when woken, and each second without being woken."""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Final

import msgspec
import structlog

from backend.crash_points import CrashPoint
from backend.domain.errors import ServiceUnavailable
from backend.services.commands.queue import OutgoingCommand, claim_commands
from mqtt_bridge import topics
from mqtt_bridge.batch import Publish
from mqtt_bridge.messages import CommandDown

SWEEP_S: Final = 1.0
COMMANDS_PER_CLAIM: Final = 200
_BEFORE_COMMAND: Final = CrashPoint("outbound.before_command")
_AFTER_COMMAND: Final = CrashPoint("outbound.after_command")
_log = structlog.get_logger(__name__)


class Outbound:
    """Publishes due commands; claims none while the broker is away, for a claimed one counts as sent.

    `every_turn` is called after that, at least once a second, and may queue some.
    """

    def __init__(
        self,
        *,
        publish: Publish,
        is_connected: Callable[[], bool],
        clock: Callable[[], datetime],
        every_turn: Callable[[], None] = lambda: None,
        sweep_s: float = SWEEP_S,
    ) -> None:
        self._publish = publish
        self._every_turn = every_turn
        self._sweep_s = sweep_s
        self._is_connected = is_connected
        self._clock = clock
        self._woken = threading.Event()
        self._is_told = False

    def wake(self) -> None:
        """A command may be due: look now."""
        self._woken.set()

    def run(self, stopping: threading.Event) -> None:
        """Send what is due until `stopping` is set (`wake` to be heard at once)."""
        while not stopping.is_set():
            self._woken.wait(self._sweep_s)
            self._woken.clear()
            try:
                while not stopping.is_set() and self.send_due() == COMMANDS_PER_CLAIM:
                    pass
                self._every_turn()
            except ServiceUnavailable:
                self._tell("commands_wait_for_database")
            except Exception:  # noqa: BLE001 - a bug in one claim must not silence all piles
                _log.exception("outbound_failed")
            else:
                self._is_told = False

    def send_due(self) -> int:
        """Publish the commands that are due now, one claim at most; the number sent."""
        if not self._is_connected():
            return 0
        commands = claim_commands(limit=COMMANDS_PER_CLAIM, now=self._clock())
        for command in commands:
            self._send(command)
        return len(commands)

    def _send(self, command: OutgoingCommand) -> None:
        down = CommandDown(
            id=command.command_no, kind=command.kind, params=command.params, expires_at=command.expires_at
        )
        _BEFORE_COMMAND()
        self._publish(topics.down(command.pile_no, "command"), msgspec.json.encode(down))
        _AFTER_COMMAND()
        _log.info(
            "command_sent", command_no=command.command_no, kind=command.kind.value, pile_no=command.pile_no
        )

    def _tell(self, event: str) -> None:
        if not self._is_told:
            self._is_told = True
            _log.warning(event)
