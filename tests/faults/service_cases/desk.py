"""What staff do to prices, rules, texts, people and piles, each as somebody does it who looks before trying again."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from backend.domain.actor import Actor
from backend.domain.agreement import AgreementKind
from backend.domain.caller import NOWHERE
from backend.domain.operator import check_character
from backend.domain.permission import Permission
from backend.domain.pile import PileFacts, PileKind
from backend.domain.pile_sheet import HEAD
from backend.domain.policy import PolicyName
from backend.models import (
    Agreement,
    AuditRow,
    ChargingPolicy,
    Operator,
    Pile,
    Role,
    RolePermission,
    Staff,
    TariffVersion,
)
from backend.services.operators.agreement_drafts import draft_agreement
from backend.services.operators.create_operator import NewOperator, create_operator
from backend.services.operators.publish_agreement import publish_agreement
from backend.services.operators.set_policy import set_policy
from backend.services.piles.add_piles import NewPile, add_piles
from backend.services.piles.import_piles import import_piles
from backend.services.piles.issue_secrets import issue_secrets
from backend.services.piles.revoke_secret import revoke_secret
from backend.services.pricing.begin_draft import begin_draft
from backend.services.pricing.caller import Caller
from backend.services.pricing.publish_draft import publish_draft
from backend.services.staff.add_staff import add_staff
from backend.services.staff.edit_role import edit_role
from backend.services.staff.role_terms import RoleTerms
from backend.services.staff.terms import Terms
from tests.faults.armed import Act
from tests.faults.service_cases.beginnings import Prepare, somebody
from tests.scenario import Scenario

NEW_OPERATOR: Final = "MA2NEW00"
COLLEAGUE: Final = "colleague"
ROLE: Final = "客服"


def publish_a_tariff(world: Scenario) -> Act:
    caller = Caller(staff=somebody(world), now=world.now)
    begin_draft(caller=caller, tariff_no=world.tariff.tariff_no, copy_of=1)
    return partial(
        publish_draft,
        caller=caller,
        tariff_no=world.tariff.tariff_no,
        effective_from=None,
        seen=0,
        idempotency_key="publish",
    )


def set_the_policy(world: Scenario) -> Act:
    return partial(_set_policy, somebody(world), world)


def publish_a_text(world: Scenario) -> Act:
    staff = somebody(world)
    draft_agreement(
        staff=staff,
        operator_no=Operator.get().operator_no,
        kind=AgreementKind.SERVICE_TERMS,
        title="条款",
        text="文字",
        note="",
        now=world.now,
    )
    return partial(_publish_drafts, staff, world)


def add_a_colleague(world: Scenario) -> Act:
    role = Role.create(operator_id=Operator.get().id, name=ROLE, created_at=world.now)
    return partial(_add_colleague, somebody(world), role.id, world)


def edit_a_role(world: Scenario) -> Act:
    role = Role.create(operator_id=Operator.get().id, name=ROLE, created_at=world.now)
    return partial(_edit_role, somebody(world), role.id, world)


def take_in_an_operator(world: Scenario) -> Act:
    return partial(_take_in, somebody(world), world)


def issue_a_secret(world: Scenario) -> Act:
    """Its answer was lost, so another one is asked for."""
    return partial(
        issue_secrets, staff=somebody(world), pile_nos=[world.pile.pile_no], reason="", now=world.now
    )


def revoke_a_secret(world: Scenario) -> Act:
    issue_a_secret(world)()
    return partial(
        revoke_secret, staff=somebody(world), pile_no=world.pile.pile_no, reason="被盗", now=world.now
    )


def add_many_piles(world: Scenario) -> Act:
    piles = [
        NewPile(
            facts=PileFacts(
                pile_no=f"NEW{number:03}", name=f"{number}号桩", kind=PileKind.AC, rated_w=7_000, guns=2
            ),
            station_no=world.station.station_no,
        )
        for number in range(1, 21)
    ]
    return partial(add_piles, staff=somebody(world), piles=piles, idempotency_key="add", now=world.now)


def import_a_sheet(world: Scenario) -> Act:
    """The second import finds its own piles, and does nothing."""
    sheet = [
        HEAD,
        *(
            (world.station.station_no, f"SHEET{n:03}", f"{n}号桩", "直流", "60", "1", "", "", "")
            for n in range(20)
        ),
    ]
    return partial(import_piles, staff=somebody(world), rows=sheet, is_dry=False, now=world.now)


CASES: Final[Mapping[str, Prepare]] = {
    "publish_draft.publish_draft": publish_a_tariff,
    "set_policy.set_policy": set_the_policy,
    "publish_agreement.publish_agreement": publish_a_text,
    "add_staff._add": add_a_colleague,
    "edit_role.edit_role": edit_a_role,
    "create_operator._create": take_in_an_operator,
    "issue_secrets.issue_secrets": issue_a_secret,
    "revoke_secret.revoke_secret": revoke_a_secret,
    "add_piles.add_piles": add_many_piles,
    "import_piles.import_piles": import_a_sheet,
}


def fingerprint() -> tuple[object, ...]:
    """What anybody can tell of what staff have made, and that each of it is in the audit log."""
    return (
        [(row.version, row.published_at, row.effective_from) for row in TariffVersion.select()],
        [(row.operator_id == 0, row.min_hold_fen, row.row_version > 0) for row in ChargingPolicy.select()],
        [(row.title, row.version, row.published_at) for row in Agreement.select()],
        [(row.account, row.name, row.is_enabled) for row in Staff.select().where(Staff.account == COLLEAGUE)],
        [(row.name, _granted(row)) for row in Role.select().where(Role.name.startswith(ROLE))],
        sorted((row.operator_no, row.name) for row in Operator.select()),
        sorted(
            (row.pile_no, row.name, row.secret_issued_at, row.secret_version is not None)
            for row in Pile.select()
        ),
        sorted({(row.action, row.object_kind) for row in AuditRow.select()}),
    )


def _granted(role: Role) -> list[str]:
    return sorted(row.permission for row in RolePermission.select().where(RolePermission.role_id == role.id))


def _set_policy(staff: Actor, world: Scenario) -> None:
    known = ChargingPolicy.get_or_none(ChargingPolicy.operator_id == 0)
    set_policy(
        staff=staff,
        operator_no=None,
        values={PolicyName.MIN_HOLD_FEN: 600},
        reason="调整",
        row_version=0 if known is None else known.row_version,
        now=world.now,
    )


def _publish_drafts(staff: Actor, world: Scenario) -> None:
    for row in list(Agreement.select().where(Agreement.version.is_null())):
        publish_agreement(
            staff=staff, agreement_no=row.agreement_no, row_version=row.row_version, now=world.now
        )


def _add_colleague(staff: Actor, role_id: int, world: Scenario) -> None:
    if Staff.get_or_none(Staff.account == COLLEAGUE) is None:
        terms = Terms(name="同事", role_id=role_id, sees_all_stations=True, station_nos=())
        add_staff(
            actor=staff,
            operator_no=Operator.get(Operator.is_platform).operator_no,
            account=COLLEAGUE,
            terms=terms,
            caller=NOWHERE,
            now=world.now,
        )


def _edit_role(staff: Actor, role_id: int, world: Scenario) -> None:
    terms = RoleTerms(
        name=f"{ROLE}二", permissions=frozenset({Permission.STATION_READ}), needs_second_factor=False
    )
    seen = Role.get_by_id(role_id).row_version
    edit_role(actor=staff, role_id=role_id, terms=terms, row_version=seen, caller=NOWHERE, now=world.now)


def _take_in(staff: Actor, world: Scenario) -> None:
    operator_no = NEW_OPERATOR + check_character(NEW_OPERATOR)
    if Operator.get_or_none(Operator.operator_no == operator_no) is None:
        new = NewOperator(operator_no=operator_no, name="新运营商", service_phone="", service_hours="")
        create_operator(
            staff=staff, new=new, administrator=("first", "负责人"), caller=NOWHERE, now=world.now
        )
