"""The previous landing's database under the present programs: nothing in it is lost, everything in it goes on."""

import json
from datetime import datetime, timedelta
from typing import Final

import pytest

from backend.domain.ledger import AccountKind
from backend.domain.order import OrderState
from backend.domain.payment import PaymentState
from backend.domain.session import SessionState
from backend.gateways.clock import utc_now
from backend.jobs.claims import HeldClaims
from backend.jobs.timers import OutsideLane, run_due_timers
from backend.models import TABLES, Driver, Order, Payment, Session, Timer
from backend.models.engine import migrations
from backend.models.ledger import LedgerAccount
from backend.services.access.authenticate import authenticate
from backend.services.charging.stop_session import stop_session
from tests.invariants import check_invariants, find_unfinished
from tests.pile_voice import PileVoice, as_text
from tests.upgrade import snapshot
from tests.upgrade.keep_landing import WIRE, take_snapshot
from tests.upgrade.life import FIRST_WH, STARTING_WH, TOP_UP_FEN
from tests.upgrade.present_bridge import PresentBridge
from tests.upgrade.snapshot import Snapshot
from tests.upgrade.wechat import Wechat
from tests.waiting import wait_until

LATER_SEQ: Final = 10_000
LIFE: Final = {
    ("session", "state"): {"charging", "starting", "settled", "failed", "review"},
    ("charge_order", "state"): {"settled", "provisional", "open"},
    ("payment", "state"): {"paid", "created", "awaiting", "unknown"},
    ("command", "state"): {"queued", "accepted", "expired"},
    ("timer", "kind"): {
        "start_deadline",
        "session_watch",
        "command_expiry",
        "payment_query",
        "review_release",
    },
    ("ledger_entry", "kind"): {"top_up", "hold", "settle", "release"},
    ("auth_token", "actor_kind"): {"driver", "staff"},
    ("idempotency_key", "route"): {"start_session", "top_up_wallet"},
}
"""What a snapshot has to hold for these tests to mean anything."""
NEVER_EMPTY: Final = ("live_session", "session_progress", "session_segment", "meter_value", "quarantine")


class Morning(PresentBridge):
    """After the upgrade: the pile kept its boot and counted on."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names
        pile = PileVoice(names["pile_no"], datetime.fromisoformat(names["taken_at"]))
        pile.seq = LATER_SEQ
        super().__init__(pile)

    def record(self, session: str, *parts: tuple[datetime, datetime, int], **fields: object) -> None:
        """A final record with just the fields that the previous landing's golden message has."""
        golden = json.loads((WIRE / "up" / "session_ended.json").read_text(encoding="utf-8"))
        energy_wh = sum(part[2] for part in parts)
        told = {
            "session_no": self.names[f"{session}_session"],
            "started_at": as_text(parts[0][0]),
            "ended_at": as_text(parts[-1][1]),
            "register_start_wh": FIRST_WH,
            "register_end_wh": FIRST_WH + energy_wh,
            "segments": [
                {"from_at": as_text(start), "to_at": as_text(end), "energy_wh": wh}
                for start, end, wh in parts
            ],
        }
        own = {name: value for name, value in golden.items() if name not in {"id", "at", "seq", "boot"}}
        self.take(self.pile.say("session_ended", **(own | told | fields)))


def test_what_ran_when_the_upgrade_came_comes_to_its_end(upgraded: Snapshot) -> None:
    assert migrations.pending_migrations() == []
    check_invariants(broken_on_purpose=snapshot.OF_ITS_TIME)
    with Wechat().serving() as wechat:
        know_who_was_logged_in(upgraded)
        after = Morning(upgraded.names)
        take_the_waiting_start(after)
        bring_the_charge_to_its_bill(after)
        correct_the_provisional_bill(after)
        hear_of_the_payments(after, wechat)
        finish_the_timers(upgraded.names)
    check_invariants(broken_on_purpose=snapshot.OF_ITS_TIME)
    assert find_unfinished(utc_now()) == []


def know_who_was_logged_in(upgraded: Snapshot) -> None:
    drivers = {
        authenticate(token, now=upgraded.taken_at).no
        for name, token in upgraded.names.items()
        if name.endswith("_token") and name != "staff_token"
    }
    assert drivers == set(snapshot.find_values(upgraded, "driver", "driver_no"))
    staff = authenticate(upgraded.names["staff_token"], now=upgraded.taken_at)
    assert staff.permissions >= set(snapshot.find_values(upgraded, "role_permission", "permission"))


def take_the_waiting_start(after: Morning) -> None:
    """The command was queued by the previous programs; it still has its time to live."""
    after.pile.after(seconds=5)
    after.take(after.pile.heartbeat())
    assert after.answer("accepted") == ["start"]
    after.take(after.pile.started(after.names["starting_session"], STARTING_WH, connector=2))
    assert session_of(after, "starting").state is SessionState.CHARGING


def bring_the_charge_to_its_bill(after: Morning) -> None:
    """Ten kWh before midnight at 1.50 yuan, six after it at 0.70."""
    after.pile.after(seconds=55)
    number = after.names["charging_session"]
    after.take(after.pile.meter(number, FIRST_WH + 16_000))
    driver = authenticate(after.names["charging_token"], now=after.pile.now)
    stop_session(driver=driver, session_no=number, now=after.pile.now)
    assert session_of(after, "charging").state is SessionState.STOPPING
    assert after.answer("done") == ["stop"]
    started_at = datetime.fromisoformat(after.names["charging_started_at"])
    midnight = started_at + timedelta(minutes=10)
    after.record("charging", (started_at, midnight, 10_000), (midnight, after.pile.now, 6_000))
    order = order_of(after, "charging")
    assert (order.state, order.total_fen, order.is_estimated) == (OrderState.SETTLED, 1_920, False)
    assert available_fen(driver.no) == TOP_UP_FEN - 1_920
    after.record(
        "starting",
        (after.pile.now - timedelta(minutes=1), after.pile.now, 1_000),
        register_start_wh=STARTING_WH,
        register_end_wh=STARTING_WH + 1_000,
        connector=2,
    )
    assert (order_of(after, "starting").state, order_of(after, "starting").total_fen) == (
        OrderState.SETTLED,
        70,
    )
    after.take(after.pile.status("plugged"), after.pile.status("plugged", connector=2))


def correct_the_provisional_bill(after: Morning) -> None:
    """The pile had no network for an hour; three kWh were billed, five were taken."""
    assert order_of(after, "provisional").total_fen == 450
    started_at = session_of(after, "provisional").started_at
    assert started_at is not None
    after.record(
        "provisional", (started_at, started_at + timedelta(minutes=5), 5_000), connector=2, replayed=True
    )
    order = order_of(after, "provisional")
    assert (order.state, order.total_fen) == (OrderState.CORRECTED, 750)


def hear_of_the_payments(after: Morning, wechat: Wechat) -> None:
    """Of one by a notify, of another only when the channel is asked; the third was never ordered."""
    wechat.notify(after.names["awaiting_payment"], TOP_UP_FEN, after.pile.now)
    wechat.paid[after.names["unknown_payment"]] = TOP_UP_FEN
    driver = authenticate(after.names["idle_token"], now=after.pile.now)
    assert available_fen(driver.no) == 2 * TOP_UP_FEN


def finish_the_timers(names: dict[str, str]) -> None:
    """All are long due by now."""
    with HeldClaims() as claims, OutsideLane(claims) as outside:

        def is_done() -> bool:
            return not run_due_timers(claims, outside) and not Timer.select().exists()

        wait_until(is_done, "every timer has done its work")
    states = {name: payment_of(names[f"{name}_payment"]).state for name in ("awaiting", "unknown", "created")}
    assert states == {
        "awaiting": PaymentState.PAID,
        "unknown": PaymentState.PAID,
        "created": PaymentState.CLOSED,
    }
    review = Session.get(Session.session_no == names["review_session"])
    assert review.state is SessionState.REVIEW
    assert available_fen(Driver.get_by_id(review.driver_id).driver_no) == TOP_UP_FEN


@pytest.mark.usefixtures("database")
def test_the_previous_programs_can_still_write(previous: Snapshot) -> None:
    """Programs are restarted one after the other, and after a rollback they are the previous ones for long."""
    snapshot.load(previous)
    read = {table._meta.table_name: len(list(table.select())) for table in TABLES}
    for name, kept in previous.tables.items():
        assert read.get(name) == len(kept.rows), name


def test_what_has_landed_of_migrations_is_not_edited(previous: Snapshot) -> None:
    scripts = sorted(migrations.FOLDER.glob("[0-9]*.py"))
    digests = {path.stem: snapshot.digest_of(path) for path in scripts[: len(previous.migrations)]}
    assert digests == previous.migrations, "a database that has run them never runs them again: add a new one"


def test_the_next_landing_can_be_kept_and_has_life_in_it(previous: Snapshot) -> None:
    for kept in (previous, take_snapshot("the present one")):
        for (table, column), wanted in LIFE.items():
            assert wanted <= set(snapshot.find_values(kept, table, column)), (kept.landing, table, column)
        assert all(kept.tables[name].rows for name in NEVER_EMPTY), kept.landing
        assert kept.names.keys() == previous.names.keys()


def session_of(after: Morning, name: str) -> Session:
    return Session.get(Session.session_no == after.names[f"{name}_session"])


def order_of(after: Morning, name: str) -> Order:
    return Order.get(Order.session_id == session_of(after, name).id)


def payment_of(payment_no: str) -> Payment:
    return Payment.get(Payment.payment_no == payment_no)


def available_fen(driver_no: str) -> int:
    account = LedgerAccount.get(
        (LedgerAccount.owner_key == driver_no) & (LedgerAccount.kind == AccountKind.AVAILABLE)
    )
    return account.balance_fen or 0
