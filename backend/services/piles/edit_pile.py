"""Staff correct what was entered of a pile (修改充电桩). Its number is for ever; its guns only until it has charged."""

from datetime import datetime

import msgspec

from backend.domain.actor import Actor
from backend.domain.errors import InvalidInput, PileHasCharged
from backend.domain.permission import Permission
from backend.domain.pile import MOST_GUNS, check_power, check_text
from backend.models import Connector, ConnectorState, Pile, RetiredQrToken, Tariff
from backend.models.engine.database import transactional
from backend.services.ground.audit import write_audit
from backend.services.ground.row_version import take_edit
from backend.services.piles.add_piles import find_tariff
from backend.services.piles.own_pile import check_idle, has_charged, list_connectors, lock_pile, tell_pile
from backend.services.sites.register_pile import add_gun


class PileEdit(msgspec.Struct, frozen=True, kw_only=True):
    """All that the form shows; `tariff_no` None: the station's tariff. `row_version` is the one it was read at."""

    name: str
    vendor: str
    model: str
    rated_w: int
    guns: int
    tariff_no: str | None
    row_version: int


@transactional
def edit_pile(
    *, staff: Actor, pile_no: str, edit: PileEdit, now: datetime, request_id: str = "", ip: str = ""
) -> None:
    """Save the form. Raises Forbidden, PileNotFound, PileRetired, RowChanged, InvalidInput, PileBusy, PileHasCharged."""
    pile = lock_pile(staff, pile_no, Permission.PILE_EDIT)
    take_edit(pile, seen=edit.row_version)
    check_power(edit.rated_w)
    connectors = list_connectors(pile)
    before = _facts(pile, len(connectors))
    pile.name = check_text("name", edit.name, needed=True)
    pile.vendor = check_text("vendor", edit.vendor)
    pile.model = check_text("model", edit.model)
    tariff = find_tariff(pile.operator_id, edit.tariff_no)
    pile.tariff_id = None if tariff is None else tariff.id
    if edit.rated_w != pile.rated_w:
        pile.rated_w = edit.rated_w
        Connector.update(rated_w=edit.rated_w).where(Connector.pile_id == pile.id).execute()
    if edit.guns != len(connectors):
        _change_guns(pile, connectors, edit.guns, now)
    pile.save()
    after = _facts(pile, edit.guns)
    write_audit(
        actor=staff,
        action="pile.edit",
        object_kind="pile",
        object_no=pile.pile_no,
        operator_id=pile.operator_id,
        detail={name: [before[name], after[name]] for name in before if before[name] != after[name]},
        now=now,
        request_id=request_id,
        ip=ip,
    )
    tell_pile(pile)


def _facts(pile: Pile, guns: int) -> dict[str, object]:
    tariff = None if pile.tariff_id is None else Tariff.get_by_id(pile.tariff_id)
    return {
        "name": pile.name,
        "vendor": pile.vendor,
        "model": pile.model,
        "rated_w": pile.rated_w,
        "guns": guns,
        "tariff_no": None if tariff is None else tariff.tariff_no,
    }


def _change_guns(pile: Pile, connectors: list[Connector], guns: int, now: datetime) -> None:
    if not 1 <= guns <= MOST_GUNS:
        raise InvalidInput(field="guns", reason=f"应为 1 到 {MOST_GUNS}")
    check_idle(pile)
    if has_charged(pile):
        raise PileHasCharged
    for gun in range(len(connectors) + 1, guns + 1):
        add_gun(pile=pile, gun=gun, now=now)
    drop_connectors([row.id for row in connectors[guns:]])


def drop_connectors(connector_ids: list[int]) -> None:
    """Guns that have never charged are gone, with all that is kept of them."""
    if connector_ids:
        ConnectorState.delete().where(ConnectorState.connector_id.in_(connector_ids)).execute()
        RetiredQrToken.delete().where(RetiredQrToken.connector_id.in_(connector_ids)).execute()
        Connector.delete().where(Connector.id.in_(connector_ids)).execute()
