"""What each up message means: a table from message type to the service that takes it, and the bulk kinds' rows.

Decides nothing: it turns wire structs into what services take.
"""

import operator
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from backend.domain.fees import Segment
from backend.domain.meter import FinalRecord
from backend.domain.meter_reading import MeterReading
from backend.domain.meter_sample import SAMPLE_NAMES, MeterSample
from backend.domain.pile_mark import PileMark
from backend.domain.report import BOOTS_PER_EPOCH, Report, boot_in_order
from backend.domain.report_time import in_our_time
from backend.domain.session import StopReason
from backend.domain.units import Wh
from backend.services.charging.end_session import end_session
from backend.services.charging.record_reply import record_reply
from backend.services.charging.record_session_started import record_session_started
from backend.services.intake.record_boot import PileBoot
from backend.services.intake.record_epochs import NewEpoch
from backend.services.intake.record_status import StatusChange
from mqtt_bridge import messages
from mqtt_bridge.item import Taken
from mqtt_bridge.messages import UpMessage
from mqtt_bridge.pile_book import HeardConnector, HeardPile

OTHER_PILE: Final = "other_pile"
FAULT_CODES_LENGTH: Final = 200
CAPABILITIES_LENGTH: Final = 500
_sample_values: Final = operator.attrgetter(*SAMPLE_NAMES)


def make_report(message: UpMessage, heard: HeardPile, now: datetime) -> Report:
    """The message's place in its pile's order, after what the pile's mark has seen."""
    at = _utc(message.at)
    tells_clock = not isinstance(message, messages.Online | messages.Boot)
    return Report(
        pile=heard.known,
        message_id=message.id,
        boot=_boot_in_order(message, heard.mark),
        seq=message.seq,
        at=at,
        received_at=now,
        is_replayed=message.replayed or (tells_clock and heard.mark.seems_late(at=at, received_at=now)),
    )


def make_reading(meter: messages.Meter, heard: HeardPile, now: datetime) -> MeterReading:
    """What `record_meters` takes of a meter message: its place as `make_report` has it, and its values."""
    mark, at = heard.mark, _utc(meter.at)
    is_replayed = meter.replayed or mark.seems_late(at=at, received_at=now)
    return MeterReading(
        pile_id=heard.known.id,
        connector_id=heard.known.connectors[meter.connector].id,
        gun=meter.connector,
        session_no=meter.session_no,
        boot=_boot_in_order(meter, mark),
        seq=meter.seq,
        reported_at=at,
        at=_platform_time(at, now, mark, is_replayed=is_replayed),
        received_at=now,
        is_replayed=is_replayed,
        sample=MeterSample(*_sample_values(meter)),
    )


def make_change(status: messages.Status, taken: Taken, connector: HeardConnector) -> StatusChange:
    """What `record_statuses` takes of a status message."""
    report = taken.report
    return StatusChange(
        connector_id=connector.known.id,
        connector_no=connector.known.connector_no,
        status=status.status,
        previous=connector.live.status if connector.has_status else None,
        is_plugged=status.plugged,
        was_plugged=connector.has_status and connector.live.is_plugged,
        fault_codes=_join(status.fault_codes, FAULT_CODES_LENGTH),
        boot=report.boot,
        seq=report.seq,
        at=_platform_time(report.at, report.received_at, taken.heard.mark, is_replayed=report.is_replayed),
        is_replayed=report.is_replayed,
    )


def make_boot(boot: messages.Boot, taken: Taken) -> PileBoot:
    """What `record_boots` takes of a boot message, before the pile's mark has seen it."""
    return PileBoot(
        report=taken.report,
        last_boot=taken.heard.mark.boot,
        vendor=boot.vendor,
        model=boot.model,
        firmware=boot.firmware,
        capabilities=_join(boot.capabilities, CAPABILITIES_LENGTH),
    )


def _session_started(taken: Taken) -> str:
    if isinstance(message := taken.message, messages.SessionStarted):
        is_taken = record_session_started(
            report=taken.report,
            gun=message.connector,
            session_no=message.session_no,
            register_wh=message.register_wh,
        )
        return "" if is_taken else OTHER_PILE
    return ""


def _session_ended(taken: Taken) -> str:
    if isinstance(message := taken.message, messages.SessionEnded):
        end_session(
            report=taken.report,
            gun=message.connector,
            record=_final_record(message),
            session_no=message.session_no,
            stop_reason=_stop_reason(message.stop_reason),
            raw_stop_code=message.raw_stop_code,
            reported_fen_e4=message.reported_fen_e4,
        )
    return ""


def _reply(taken: Taken) -> str:
    if isinstance(message := taken.message, messages.Reply):
        record_reply(
            report=taken.report, command_no=message.command_id, result=message.result, reason=message.reason
        )
    return ""


TAKE: Final[dict[type[UpMessage], Callable[[Taken], str]]] = {
    messages.SessionStarted: _session_started,
    messages.SessionEnded: _session_ended,
    messages.Reply: _reply,
}
"""The rare messages, and why one that was noted goes to quarantine besides, or nothing.

All others are taken in bulk, a heartbeat says all by having come.
"""


def _final_record(message: messages.SessionEnded) -> FinalRecord:
    return FinalRecord(
        started_at=_utc(message.started_at),
        ended_at=_utc(message.ended_at),
        register_start_wh=Wh(message.register_start_wh),
        register_end_wh=Wh(message.register_end_wh),
        segments=tuple(
            Segment(_utc(part.from_at), _utc(part.to_at), Wh(part.energy_wh)) for part in message.segments
        ),
    )


def _stop_reason(reported: str) -> StopReason:
    """Our word for it; a pile's own words are kept in `raw_stop_code`."""
    try:
        return StopReason(reported)
    except ValueError:
        return StopReason.UNKNOWN


def _join(codes: list[str], length: int) -> str:
    """The codes comma separated, as many as the column holds."""
    text = ",".join(codes)
    return text if len(text) <= length else text[: length + 1].rpartition(",")[0]


def begin_epoch_if_lost(message: UpMessage, heard: HeardPile) -> NewEpoch | None:
    """A pile that has lost its counter is heard anew from this message on; None: its numbers go on."""
    if message.replayed or (isinstance(message, messages.Online) and not message.online):
        return None  # what was told later, and a will, are older than they come
    mark, at = heard.mark, _utc(message.at)
    boot = _boot_in_order(message, mark)
    if not mark.counts_anew(boot=boot, seq=message.seq, at=at):
        return None
    epoch = NewEpoch(pile=heard.known, last_boot=mark.boot, last_seq=mark.seq, boot=boot, seq=message.seq)
    mark.begin_epoch(boot=boot, seq=message.seq, at=at)
    return epoch


def _boot_in_order(message: UpMessage, mark: PileMark) -> int:
    boot = boot_in_order(
        mark.boot,
        message.boot,
        is_replayed=message.replayed,
        is_boot_message=isinstance(message, messages.Boot),
    )
    if message.replayed and mark.is_of_epoch_before(boot=boot, seq=message.seq, at=_utc(message.at)):
        return boot - BOOTS_PER_EPOCH
    return boot


def _platform_time(at: datetime, received_at: datetime, mark: PileMark, *, is_replayed: bool) -> datetime:
    """When the message was made, in our time: as `report_time` has it, without a query for each message."""
    seen = timedelta(milliseconds=mark.clock_offset_ms or 0)
    return in_our_time(at, received_at, seen if is_replayed else at - received_at)


def _utc(at: datetime) -> datetime:
    return at if at.tzinfo is UTC else at.astimezone(UTC)
