"""What a pile does with `down/command`: each id once, a repeat gets the first answer.

Source: device protocol, rules 1 to 3. Knows start, stop, set_limit, report_status and set_time as far as the pile has
these capabilities; rejects other kinds.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

from scripts.stand_ins.simulator.charge import Limits
from scripts.stand_ins.simulator.connector import Connector, StartOrder
from scripts.stand_ins.simulator.envelope import Envelope, UpMessage, from_text
from scripts.stand_ins.simulator.outbox import Outbox

REMEMBERED = 64
MAX_TEXT = 64
MAX_NUMBER = 2**53
STOP_REASONS = frozenset({"driver_app", "balance_exhausted", "limit_reached", "staff", "platform"})

EARLIEST_CLOCK_MS = from_text("2020-01-01T00:00:00Z")
LATEST_CLOCK_MS = from_text("2100-01-01T00:00:00Z")

Answer = tuple[str, str | None]  # result and reason of the reply
Remembered = TypeVar("Remembered")


class BadParamsError(ValueError):
    """A command's parameter is missing or of the wrong kind; the text names it."""


class CommandDesk:
    """Executes commands on the connectors and remembers the last answers and the sessions that are over."""

    def __init__(
        self,
        envelope: Envelope,
        connectors: Sequence[Connector],
        outbox: Outbox,
        capabilities: Collection[str],
    ) -> None:
        self._envelope = envelope
        self._connectors = {connector.number: connector for connector in connectors}
        self._outbox = outbox
        self._capabilities = capabilities
        self.replies: OrderedDict[str, UpMessage] = OrderedDict()
        self.over_sessions: OrderedDict[str, None] = OrderedDict()
        self._kinds: dict[str, Callable[[Mapping[str, Any], int], tuple[list[UpMessage], Answer]]] = {
            "stop": self._stop,
            "set_limit": self._set_limit,
            "report_status": self._report_status,
            "set_time": self._set_time,
        }

    def execute(self, command: Mapping[str, Any], now_ms: int) -> list[UpMessage]:
        """Messages in the order a pile sends them; nothing for a payload that is no command at all."""
        command_id = command.get("id")
        if not isinstance(command_id, str) or not 1 <= len(command_id) <= MAX_TEXT:
            return []
        if command_id in self.replies:
            return [self.replies[command_id]]
        kind, params = command.get("kind"), command.get("params")
        params = params if isinstance(params, dict) else {}
        try:
            if kind not in self._capabilities:
                return [self._reply(command_id, ("rejected", "unknown_kind"), now_ms)]
            if kind == "start":
                # The acceptance goes first: the session's own messages then prove that it runs.
                order = self._check_start(command, params, now_ms)
                if isinstance(order, tuple):
                    return [self._reply(command_id, order, now_ms)]
                return self._start(command_id, order, params["connector"], now_ms)
            act = self._kinds.get(kind) if isinstance(kind, str) else None
            messages, answer = act(params, now_ms) if act else ([], ("rejected", "unknown_kind"))
        except BadParamsError:
            messages, answer = [], ("rejected", "bad_params")
        return [*messages, self._reply(command_id, answer, now_ms)]

    def remember_over(self, session_no: str) -> None:
        _remember(self.over_sessions, session_no, None)

    def _check_start(
        self, command: Mapping[str, Any], params: Mapping[str, Any], now_ms: int
    ) -> StartOrder | Answer:
        if self._is_expired(command.get("expires_at"), now_ms):
            return "rejected", "expired"
        number, session_no = _number(params, "connector"), _text(params, "session_no")
        _number(params, "limit_fen")
        limits = Limits(
            wh=_number(params, "limit_wh", optional=True),
            duration_s=_number(params, "limit_s", optional=True),
            soc_percent=_number(params, "limit_soc", optional=True, most=100),
        )
        connector = self._connectors.get(number or 0)
        if connector is None:
            return "rejected", "unknown_connector"
        if session_no in self.over_sessions:
            return "rejected", "session_over"
        if self._find(session_no) is connector:
            return "accepted", "already_running"
        if connector.session_no or self._find(session_no):
            return "rejected", "busy"
        if connector.faults:
            return "rejected", "faulted"
        if self._outbox.is_full:
            return "rejected", "storage_full"
        return StartOrder(session_no, limits)

    def _start(self, command_id: str, order: StartOrder, number: int, now_ms: int) -> list[UpMessage]:
        connector = self._connectors[number]
        reply = self._reply(command_id, ("accepted", None if connector.car else "waiting_plug"), now_ms)
        return [reply, *connector.start(order, now_ms)]

    def _is_expired(self, expires_at: object, now_ms: int) -> bool:
        try:
            return from_text(expires_at) <= now_ms + self._envelope.skew_ms
        except ValueError as error:
            raise BadParamsError("expires_at") from error

    def _stop(self, params: Mapping[str, Any], now_ms: int) -> tuple[list[UpMessage], Answer]:
        session_no = _text(params, "session_no")
        reason = params.get("reason")
        connector = self._find(session_no)
        known = session_no in self.over_sessions
        # A stop wins every race: a start of this session that comes later is refused.
        self.remember_over(session_no)
        if connector is None:
            return [], ("done", "already_over") if known else ("failed", "unknown_session")
        known_reason = reason if isinstance(reason, str) and reason in STOP_REASONS else "unknown"
        return connector.stop(known_reason, now_ms), ("done", None)

    def _set_limit(self, params: Mapping[str, Any], now_ms: int) -> tuple[list[UpMessage], Answer]:
        session_no = _text(params, "session_no")
        _number(params, "limit_fen")
        limit_wh = _number(params, "limit_wh")
        connector = self._find(session_no)
        if connector is None or limit_wh is None:
            return [], ("failed", "unknown_session")
        return connector.set_limit(limit_wh, now_ms), ("done", None)

    def _report_status(self, _params: Mapping[str, Any], now_ms: int) -> tuple[list[UpMessage], Answer]:
        return [connector.status_message(now_ms) for connector in self._connectors.values()], ("done", None)

    def _set_time(self, params: Mapping[str, Any], now_ms: int) -> tuple[list[UpMessage], Answer]:
        try:
            clock_ms = from_text(params.get("now"))
        except ValueError as error:
            raise BadParamsError("now") from error
        if not EARLIEST_CLOCK_MS <= clock_ms < LATEST_CLOCK_MS:
            raise BadParamsError("now")
        self._envelope.skew_ms = clock_ms - now_ms
        return [], ("done", None)

    def _find(self, session_no: str) -> Connector | None:
        return next((one for one in self._connectors.values() if one.session_no == session_no), None)

    def _reply(self, command_id: str, answer: Answer, now_ms: int) -> UpMessage:
        result, reason = answer
        extra: dict[str, Any] = {"reason": reason} if reason else {}
        reply = self._envelope.stamp("reply", now_ms, command_id=command_id, result=result, **extra)
        _remember(self.replies, command_id, reply)
        return reply


def _remember(memory: OrderedDict[str, Remembered], key: str, value: Remembered) -> None:
    memory[key] = value
    memory.move_to_end(key)
    while len(memory) > REMEMBERED:
        memory.popitem(last=False)


def _text(params: Mapping[str, Any], name: str) -> str:
    value = params.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= MAX_TEXT:
        raise BadParamsError(name)
    return value


def _number(
    params: Mapping[str, Any], name: str, *, optional: bool = False, most: int = MAX_NUMBER
) -> int | None:
    value = params.get(name)
    if value is None and optional:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise BadParamsError(name)
    return value
