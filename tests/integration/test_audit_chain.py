"""The chain over the audit log: everything is linked, and every way of changing what is there is found."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from backend.domain.actor import Actor
from backend.domain.audit_chain import AuditFault
from backend.domain.permission import ActorKind, Permission
from backend.models import AuditChain, AuditLink, AuditRow
from backend.services.ground import audit_chain
from backend.services.ground.audit import write_audit
from backend.services.ground.audit_chain import LINKS_PER_LOOK, AuditLook, link_audit_rows, look_at_chain
from backend.services.views.desk.list_audit_for_staff import AuditFilter, list_audit_for_staff
from scripts.operations import check_audit
from tests.builders import TEN_O_CLOCK

pytestmark = pytest.mark.usefixtures("database")
NOW = TEN_O_CLOCK


def tell(count: int, *, minute: int) -> None:
    for number in range(count):
        write_audit(
            actor=None,
            action="test.did",
            object_kind="test",
            object_no=str(number),
            operator_id=None,
            detail={"是": "否"},
            now=NOW + timedelta(minutes=minute),
        )


def link(*, minute: int) -> None:
    while link_audit_rows(now=NOW + timedelta(minutes=minute)):
        pass


def follow() -> AuditLook:
    look = look_at_chain(after=0)
    while not look.is_done:
        look = look_at_chain(after=look.checked)
    return look


def a_chain() -> list[int]:
    """Twelve rows in two rounds, so old that nobody writes among them; the row ids."""
    tell(6, minute=0)
    link(minute=0)
    tell(6, minute=5)
    link(minute=5)
    link(minute=30)
    return [row.id for row in AuditRow.select().order_by(AuditRow.id)]


def test_rows_of_before_the_chain_and_later_ones_are_linked_once_in_one_chain() -> None:
    ids = a_chain()
    assert [one.audit_id for one in AuditLink.select().order_by(AuditLink.number)] == ids
    look = follow()
    assert (look.links, look.checked, look.is_done, look.broken) == (12, 12, True, None)
    link(minute=31)
    assert AuditLink.select().count() == 12


def test_a_row_that_is_committed_after_higher_ones_is_linked_and_no_fault() -> None:
    tell(1, minute=0)
    (first,) = AuditRow.select()
    late = AuditRow(
        id=first.id + 1,
        at=NOW,
        actor_kind=ActorKind.SYSTEM,
        action="test.late",
        object_kind="test",
        object_no="1",
    )
    AuditRow.insert(
        id=first.id + 2, at=NOW, actor_kind=ActorKind.SYSTEM, action="x", object_kind="x", object_no="1"
    ).execute()
    link(minute=1)
    late.save(force_insert=True)
    link(minute=2)
    link(minute=30)
    assert [one.audit_id - first.id for one in AuditLink.select().order_by(AuditLink.number)] == [0, 2, 1]
    assert follow().broken is None


def _edit(ids: list[int]) -> None:
    AuditRow.update(detail='{"是":"是"}').where(AuditRow.id == ids[4]).execute()


def _delete(ids: list[int]) -> None:
    AuditRow.delete().where(AuditRow.id == ids[4]).execute()


def _delete_with_its_link(ids: list[int]) -> None:
    _delete(ids)
    AuditLink.delete().where(AuditLink.audit_id == ids[4]).execute()


def _delete_the_newest(ids: list[int]) -> None:
    AuditRow.delete().where(AuditRow.id == ids[-1]).execute()
    AuditLink.delete().where(AuditLink.audit_id == ids[-1]).execute()


def _take_the_place_of_a_gap(ids: list[int]) -> None:
    AuditRow.insert(
        id=ids[0] - 1, at=NOW, actor_kind=ActorKind.SYSTEM, action="x", object_kind="x", object_no="1"
    ).execute()


def _write_of_yesterday(ids: list[int]) -> None:
    assert ids
    tell(1, minute=-1440)
    link(minute=31)


def _rewrite_a_link(ids: list[int]) -> None:
    AuditLink.update(linked_at=NOW).where(AuditLink.audit_id == ids[8]).execute()


def _rewrite_the_end(ids: list[int]) -> None:
    assert ids
    AuditChain.update(hash="0" * 64).execute()


@pytest.mark.parametrize(
    ("tamper", "fault", "number", "which"),
    [
        (_edit, AuditFault.CHANGED, 5, 4),
        (_delete, AuditFault.DELETED, 5, 4),
        (_delete_with_its_link, AuditFault.LINK_DELETED, 5, None),
        (_delete_the_newest, AuditFault.LINK_DELETED, 12, None),
        (_take_the_place_of_a_gap, AuditFault.INSERTED, None, None),
        (_write_of_yesterday, AuditFault.OUT_OF_TIME, 13, None),
        (_rewrite_a_link, AuditFault.CHANGED, 9, 8),
        (_rewrite_the_end, AuditFault.LINK_CHANGED, 12, None),
    ],
)
def test_whatever_is_changed_is_found_and_the_first_of_it_named(
    tamper: Callable[[list[int]], None], fault: AuditFault, number: int | None, which: int | None
) -> None:
    ids = a_chain()
    tamper(ids)
    look = follow()
    assert look.broken is not None
    assert (look.broken.fault, look.broken.number) == (fault, number)
    if which is not None:
        assert look.broken.audit_id == ids[which]


def test_a_long_chain_is_followed_in_parts_that_meet() -> None:
    row = {"at": NOW, "actor_kind": ActorKind.SYSTEM, "action": "x", "object_kind": "x", "object_no": "1"}
    AuditRow.insert_many([row] * (LINKS_PER_LOOK + 3)).execute()
    link(minute=0)
    link(minute=30)
    look = look_at_chain(after=0)
    assert (look.checked, look.is_done) == (LINKS_PER_LOOK, False)
    look = look_at_chain(after=look.checked)
    assert (look.checked, look.is_done, look.broken) == (LINKS_PER_LOOK + 3, True, None)
    assert audit_chain.is_link(number=look.links, link_hash=look.hash)


def test_the_command_tells_a_chain_that_was_made_anew(
    database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    a_chain()
    monkeypatch.setenv("XINXIANG_DATABASE_URL", database)
    assert check_audit.main([]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    noted = f"{told['links']}:{told['hash']}"
    assert check_audit.main(["--noted", noted]) == 0
    AuditRow.update(detail="{}").execute()
    AuditLink.delete().execute()
    AuditChain.delete().execute()
    link(minute=40)
    assert check_audit.main([]) == 0
    assert check_audit.main(["--noted", noted]) == 1
    with pytest.raises(SystemExit):
        check_audit.main(["--noted", "what"])


def test_the_list_leaves_drivers_log_ins_out_until_somebody_asks_for_them() -> None:
    staff = Actor(kind=ActorKind.STAFF, id=1, no="boss", is_platform=True, permissions=frozenset(Permission))
    tell(1, minute=0)
    write_audit(
        actor=None,
        action="driver.log_in",
        object_kind="driver",
        object_no="D1",
        operator_id=None,
        detail={},
        now=NOW,
    )

    def listed(**wanted: str) -> list[str]:
        page = list_audit_for_staff(staff=staff, wanted=AuditFilter(**wanted), cursor=None, limit=10)  # type: ignore[arg-type]
        return [row.action for row in page.rows]

    assert listed() == ["test.did"]
    for asked in ({"action": "driver.log_in"}, {"object_kind": "driver"}, {"object_no": "D1"}):
        assert listed(**asked) == ["driver.log_in"]
