"""Every hostile text in every text field of every body: refused naming the field, or kept exactly, as text.

What proves who somebody is (passwords, codes, links) is kept as a hash or not at all: `test_http_bodies.py` attacks it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import groupby
from typing import Any, Final

import requests

from backend.domain.permission import Permission
from backend.gateways.clock import utc_now
from backend.gateways.ids import new_ulid
from backend.models import AuthToken, LoginRecord, Pile, PlugClaim
from backend.models.engine.database import Row
from tests.builders import a_token
from tests.hostile_texts import TEXTS, has_bytes
from tests.security.http_world import HttpWorld, Operation, read_operations
from tests.security.tally import nothing_through
from tests.security.text_fields import TextField, TextFields
from tests.table_contents import Contents

OPERATIONS: Final = read_operations()
FIELDS: Final = TextFields()
OF_PROOFS: Final = (
    "login_",
    "pay_password_",
    "profile_bind",
    "admin_login_",
    "admin_begin_",
    "admin_account_",
)
SHOWN: Final = "<b>a&b"
"""A field that does not take this one is for no free text, and is told from others by it."""
NAMED_BY: Final = {
    "station_no": {"station_not_found"},
    "station_nos": {"station_not_found"},
    "tariff_no": {"tariff_not_found"},
    "operator_no": {"operator_not_found"},
    "connector_no": {"connector_not_found"},
    "driver_no": {"driver_not_found"},
    "qr_token": {"bad_qr_link"},
    "text": {"connector_not_found", "bad_qr_link"},
    "pile_nos": {"pile_not_found"},
    "agreement_nos": {"agreement_not_found"},
    "seen": {"evidence_changed"},
}
"""Refusals that are about one field by their code."""
ACTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "admin_stations_change": {"change": "hide"},
    "admin_operators_switch": {"is_enabled": False},
    "admin_drivers_freeze": {"is_frozen": True},
}
"""What makes a sound body one that changes something, so that its text is written down."""
NUMBERED: Final = "admin_piles_add_many"
"""Its name is the beginning of each pile's."""
LOGS: Final = frozenset({LoginRecord, AuthToken})
"""What a refused call may write: a try to log in, when a log-in was last seen."""


def test_a_hostile_text_is_refused_by_its_fields_name_or_kept_as_it_is(same_world: HttpWorld) -> None:
    _give_cause(same_world)
    fields = [field for field in FIELDS if not field.operation.startswith(OF_PROOFS)]
    through: list[str] = []
    tried = 0
    for name, of_it in groupby(fields, key=lambda field: field.operation):
        attack = Attack(same_world, OPERATIONS[name], list(of_it))
        for text in (SHOWN, *TEXTS):
            through += attack.try_out(text)
        tried += attack.tried
    nothing_through("HTTP: hostile texts", tried=tried, through=through)


def _give_cause(world: HttpWorld) -> None:
    """A secret to be revoked, a car to be released."""
    now = utc_now()
    Pile.update(secret_issued_at=now).where(Pile.id == world.pile.id).execute()
    PlugClaim.insert(
        connector_id=world.free_connector.id,
        driver_id=world.victim.id,
        session_id=world.order.session_id,
        since_at=now,
        until_at=now + timedelta(hours=1),
    ).execute()


class Attack:
    """One operation and its text fields. A text is put into all of them; who is refused by name gets a sound one again.

    `SHOWN` comes first: fields that refuse it are left alone afterwards.
    """

    def __init__(self, world: HttpWorld, operation: Operation, fields: list[TextField]) -> None:
        self.tried = 0
        self._operation = operation
        self._fields = fields
        owner = world.staff(*Permission, operator=world.platform)
        everything = world.api.as_owner_of(a_token(owner=owner, now=utc_now()))
        own = world.api if operation.is_public else world.api.as_owner_of(world.token_for(operation))
        # every field of an operator, and its first administrator, is for the platform's staff who may do everything
        self._client = everything if operation.name.startswith("admin_operators_") else own
        self._reader = everything
        self._world = world
        self._path = world.path_of(operation)
        self._sound = world.body_of(operation.name) | ACTS.get(operation.name, {})
        self._before = Contents()

    def try_out(self, text: str) -> Iterator[str]:
        """What is wrong with what became of it, a sentence each."""
        hostile = list(self._fields)
        while hostile:
            answer = self._send(hostile, text)
            if answer.ok:
                changed = self._before.changed()
                yield from self._lost(hostile, text, answer, changed)
                self._before.restore(changed)
                break
            refused = [field for field in hostile if _is_named(answer, field, text)]
            if not refused:
                yield f"{self._operation.name} {text[:80]!r}: {answer.status_code} {answer.text[:300]}"
                break
            hostile.remove(refused[0])
        if not hostile and (changed := self._before.changed() - LOGS):
            yield f"{self._operation.name} {text[:80]!r}: was refused and changed {changed}"
        if text == SHOWN:
            self._fields = hostile

    def _send(self, fields: list[TextField], text: str) -> requests.Response:
        self.tried += len(fields)
        body = self._sound
        for field in fields:
            body = FIELDS.put(field, text, body)
        headers = {"Content-Type": "application/json", "Idempotency-Key": new_ulid()}
        return self._client.request(
            self._operation.method, self._path, data=json.dumps(body).encode(), headers=headers
        )

    def _lost(
        self, fields: list[TextField], text: str, answer: requests.Response, changed: set[type[Row]]
    ) -> Iterator[str]:
        """Fields whose text is neither in a new row nor, where nothing is kept, in the answer."""
        rows = [row for table in changed - LOGS for row in self._before.new_rows(table)]
        found = set(leaves(rows)) | (set() if rows else _told(answer))
        for field in fields:
            own = {value for key, value in found if key.endswith(field.name)}
            if self._operation.name == NUMBERED:
                own = {value[: len(text.strip())] for value in own}
            if not own & {text, text.strip()}:
                yield f"{self._operation.name} {text[:80]!r}: {field.name} is nowhere"
        if text == SHOWN and rows and text not in self._given_back():
            yield f"{self._operation.name} {text!r}: no page gives it back"

    def _given_back(self) -> set[str]:
        """Every text that the pages about this kind of thing, and the audit log, show now."""
        noun = "_".join(self._operation.name.split("_")[:2])
        shown: set[tuple[str, str]] = set()
        for operation in OPERATIONS.values():
            is_of_noun = operation.name.startswith(f"{noun}_") and operation.permission is not None
            if operation.method == "GET" and (is_of_noun or operation.name == "admin_audit_list_all"):
                path = self._world.path_of(operation)
                # the draft is the second version
                shown |= _told(self._reader.get(re.sub(r"versions/1$", "versions/2", path)))
        return {text for _, text in shown}


def leaves(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text in rows or a JSON value with the name it stands under, also those in a text that is JSON itself."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from leaves(one, name)
    elif isinstance(value, list):
        for one in value:
            yield from leaves(one, key)
    elif isinstance(value, str):
        yield key, value
        if value[:1] in ("{", "["):
            try:
                yield from leaves(json.loads(value), key)
            except ValueError:
                return


def _told(answer: requests.Response) -> set[tuple[str, str]]:
    is_json = answer.headers.get("Content-Type", "").startswith("application/json")
    return set(leaves(answer.json())) if is_json else set()


def _is_named(answer: requests.Response, field: TextField, text: str) -> bool:
    if answer.status_code >= 500:
        return False
    error = answer.json()["error"]
    if error["code"] in NAMED_BY.get(field.name, ()):
        return True
    if error["code"] not in {"invalid_input", "unfit_input"}:
        return False
    named = re.findall(r"[a-z_]+", error["data"]["field"])
    return named[-1:] == [field.name] or (not named and not has_bytes(text))
