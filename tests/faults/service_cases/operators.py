"""What is done about operators, their texts and the drivers who come to them, by whoever looks before trying again."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from backend.domain.agreement import AgreementKind
from backend.domain.caller import NOWHERE
from backend.domain.errors import AccountTaken, AgreementDraftExists, RowChanged
from backend.domain.identity import Identity, IdentityKind
from backend.models import Agreement, AgreementAcceptance, AuditChain, AuditRow, Connector, Driver, Operator
from backend.services.access import log_in_driver
from backend.services.access.register_guest import register_guest
from backend.services.ground.audit_chain import link_audit_rows
from backend.services.operators.accept_agreements import accept_agreements
from backend.services.operators.agreement_drafts import draft_agreement, edit_draft
from backend.services.operators.appoint_administrator import appoint_administrator
from backend.services.operators.edit_operator import edit_operator
from backend.services.operators.publish_agreement import publish_agreement
from backend.services.operators.switch_operator import switch_operator
from tests.builders import a_staff, a_token
from tests.faults.armed import Act
from tests.faults.service_cases.beginnings import Prepare, or_done, somebody
from tests.scenario import Scenario

KIND: Final = AgreementKind.SERVICE_TERMS


def edit_one(world: Scenario) -> Act:
    act = partial(
        edit_operator,
        staff=somebody(world),
        operator_no=Operator.get().operator_no,
        name="改名",
        service_phone="400-800-0000",
        service_hours="每天 8:00-20:00",
        row_version=0,
        now=world.now,
    )
    return or_done(act, RowChanged)


def disable_one(world: Scenario) -> Act:
    """Somebody of it is logged in."""
    operator = _another(world)
    a_token(owner=a_staff(operator=operator, now=world.now), now=world.now)
    return partial(
        switch_operator,
        staff=somebody(world),
        operator_no=operator.operator_no,
        is_enabled=False,
        reason="合同到期",
        row_version=0,
        now=world.now,
    )


def appoint(world: Scenario) -> Act:
    act = partial(
        appoint_administrator,
        staff=somebody(world),
        operator_no=_another(world).operator_no,
        account="appointed",
        name="负责人",
        caller=NOWHERE,
        now=world.now,
    )
    return or_done(act, AccountTaken)


def draft_a_text(world: Scenario) -> Act:
    act = partial(
        draft_agreement,
        staff=somebody(world),
        operator_no=Operator.get().operator_no,
        kind=KIND,
        title="条款",
        text="文字",
        note="",
        now=world.now,
    )
    return or_done(act, AgreementDraftExists)


def edit_a_text(world: Scenario) -> Act:
    draft_a_text(world)()
    act = partial(
        edit_draft,
        staff=somebody(world),
        agreement_no=Agreement.get().agreement_no,
        title="新条款",
        text="新的文字",
        note="改了一条",
        row_version=0,
        now=world.now,
    )
    return or_done(act, RowChanged)


def accept_a_text(world: Scenario) -> Act:
    draft_a_text(world)()
    number = Agreement.get().agreement_no
    publish_agreement(staff=somebody(world), agreement_no=number, row_version=0, now=world.now)
    return partial(accept_agreements, driver=world.driver(), agreement_nos=[number], now=world.now)


def log_in_for_the_first_time(world: Scenario) -> Act:
    """Again it is the same driver."""
    own = [Identity(IdentityKind.WECHAT_MINI_PROGRAM, "openid-new")]
    return partial(log_in_driver._log_in, own, "", world.now)


def come_as_a_guest(world: Scenario) -> Act:
    """The answer was lost, and with it the guest's link: they come as another one."""
    qr_token = Connector.get_by_id(world.connector().id).qr_token
    return partial(register_guest, qr_token=qr_token, now=world.now)


def link_the_audit_log(world: Scenario) -> Act:
    edit_one(world)()
    return partial(link_audit_rows, now=world.now)


CASES: Final[Mapping[str, Prepare]] = {
    "edit_operator.edit_operator": edit_one,
    "switch_operator.switch_operator": disable_one,
    "appoint_administrator._appoint": appoint,
    "agreement_drafts.draft_agreement": draft_a_text,
    "agreement_drafts.edit_draft": edit_a_text,
    "accept_agreements.accept_agreements": accept_a_text,
    "log_in_driver._log_in": log_in_for_the_first_time,
    "register_guest.register_guest": come_as_a_guest,
    "audit_chain.link_audit_rows": link_the_audit_log,
}


def fingerprint() -> tuple[object, ...]:
    """What anybody can tell of operators and texts, who accepted them, and how far the audit log is linked."""
    return (
        sorted((row.service_phone, row.is_enabled, row.row_version) for row in Operator.select()),
        [(row.title, row.text, row.note, row.row_version) for row in Agreement.select()],
        AgreementAcceptance.select().count(),
        sorted({(row.is_guest, row.is_enabled) for row in Driver.select()}),
        [row.number for row in AuditChain.select()],
        sorted({row.action for row in AuditRow.select()}),
    )


def _another(world: Scenario) -> Operator:
    return Operator.create(operator_no="MA1TEST02", name="另一家", created_at=world.now)
