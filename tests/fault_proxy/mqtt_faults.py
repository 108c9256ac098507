"""What happens to PUBLISH packets of QoS 1 on their way: dropped, repeated, put in another order, held back.

Repeats are acknowledged by the receiver as often as they came; the sender hears it once, after the last one, so
that it cannot use the packet id for another message while copies of the first are under way.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Final

from tests.fault_proxy.frames import DISCONNECT, PUBACK, Frame

FLUSH_S: Final = 0.05
"""How long messages wait for others to change places with; a sender may wait for their acknowledgement."""


@dataclass(frozen=True, slots=True)
class Plan:
    """For one direction. `copies` is the least and most times each message is sent; `window` 1 keeps the order.

    `holds(topic)` keeps a message until `MqttFaults.release`. `drop_percent` of the messages are lost: the sender
    will hear nothing until it connects again.
    """

    drop_percent: int = 0
    copies: tuple[int, int] = (1, 1)
    window: int = 1
    holds: Callable[[str], bool] | None = None


@dataclass
class MqttFaults:
    """Plans for both directions, to be replaced while connections last; `seed` and arrival decide everything."""

    seed: int = 0
    up: Plan = field(default_factory=Plan)
    down: Plan = field(default_factory=Plan)
    counts: Counter[str] = field(default_factory=Counter)
    """passed, dropped, repeated, moved, held: how often each was done."""


class MessageFaults:
    """One direction of one connection. `plan()` is asked for each frame."""

    def __init__(self, plan: Callable[[], Plan], random: Random, counts: Counter[str]) -> None:
        self._plan = plan
        self._random = random
        self._counts = counts
        self._waiting: list[Frame] = []
        self._held: list[Frame] = []
        self._copies_out: Counter[int] = Counter()

    def take(self, frame: Frame) -> list[Frame]:
        """What goes on now instead of this frame, which comes from the sending side."""
        if frame.kind == DISCONNECT:
            return [*self.release(), frame]
        if not frame.is_publish_qos1:
            return [frame]
        plan = self._plan()
        if self._random.randrange(100) < plan.drop_percent:
            self._counts["dropped"] += 1
            return []
        if plan.holds is not None and plan.holds(frame.topic):
            self._counts["held"] += 1
            self._held.append(frame)
            return []
        self._waiting += self._copies(frame, plan)
        return self.flush() if len(self._waiting) >= plan.window else []

    def is_last_acknowledgement(self, frame: Frame) -> bool:
        """Whether an acknowledgement from the receiving side is the one that the sender is to hear."""
        if frame.kind != PUBACK or frame.packet_id not in self._copies_out:
            return True
        self._copies_out[frame.packet_id] -= 1
        if self._copies_out[frame.packet_id]:
            return False
        del self._copies_out[frame.packet_id]
        return True

    @property
    def is_waiting(self) -> bool:
        return bool(self._waiting)

    def flush(self) -> list[Frame]:
        """The messages that wait for others, in an order by the seed."""
        waiting, self._waiting = self._waiting, []
        order = list(range(len(waiting)))
        if self._plan().window > 1:
            self._random.shuffle(order)
        self._counts["moved"] += sum(place != old for place, old in enumerate(order))
        self._counts["passed"] += len(order)
        return [waiting[old] for old in order]

    def release(self) -> list[Frame]:
        """Everything that is held or waits."""
        held, self._held = self._held, []
        self._waiting += held
        return self.flush()

    def _copies(self, frame: Frame, plan: Plan) -> list[Frame]:
        count = self._random.randint(*plan.copies)
        if count > 1:
            self._counts["repeated"] += count - 1
            self._copies_out[frame.packet_id] += count
        return [frame, *[frame.as_repeat()] * (count - 1)]
