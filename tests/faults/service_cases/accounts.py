"""What staff and jobs do with operators' channel accounts, each to be killed before and after its commit, then done again."""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

from backend.domain.actor import Actor
from backend.domain.channel_account import BOTH_KEYS_FOR, AccountMode
from backend.domain.errors import RowChanged
from backend.domain.payment import Channel
from backend.domain.permission import ActorKind, Permission
from backend.gateways import configure_accounts
from backend.gateways.channel_account import AccountKeys
from backend.gateways.sealing import SHORTEST_KEY, KeyRing
from backend.models import ChannelAccount, ChannelCertificates, Operator
from backend.services.channel_accounts.account_terms import AccountPlace, AccountTerms, NewKeys
from backend.services.channel_accounts.create_channel_account import create_channel_account
from backend.services.channel_accounts.edit_channel_account import edit_channel_account
from backend.services.channel_accounts.replace_account_keys import replace_account_keys
from backend.services.channel_accounts.switch_channel_account import switch_channel_account
from backend.services.payments.certificate_shelf import CertificateShelf
from backend.services.payments.tend_accounts import tend_accounts
from backend.services.sites.register_operator import register_operator
from tests.builders import a_staff
from tests.faults.armed import Act
from tests.prepay_channel import PrepayChannel
from tests.scenario import Scenario

TERMS: Final = AccountTerms(
    name="自己的账户",
    merchant_no="1600000001",
    application_no="",
    sub_merchant_no="",
    uses_certificates=False,
    expires_on=None,
)
KEYS: Final = NewKeys(private_key="own private key", api_key="own api key")
SHELF: Final = CertificateShelf("wechat")


def create_one(world: Scenario) -> Act:
    return partial(_create, _person(world), _operator_no(world), world)


def edit_one(world: Scenario) -> Act:
    return partial(_edit, _person(world), _created(world), world)


def replace_keys(world: Scenario) -> Act:
    return partial(_replace, _person(world), _created(world), world)


def enable_one(world: Scenario) -> Act:
    return partial(_enable, _person(world), _created(world), world)


def drop_earlier_keys(world: Scenario) -> Act:
    _replace(_person(world), _created(world), world)
    return partial(_tend, world)


def keep_certificates(world: Scenario) -> Act:
    return partial(SHELF.keep, ["-----BEGIN CERTIFICATE-----\none"], world.now)


def claim_a_download(world: Scenario) -> Act:
    return partial(SHELF.claim, world.now)


def ask_for_a_download(world: Scenario) -> Act:
    SHELF.keep(["-----BEGIN CERTIFICATE-----\none"], world.now)
    return partial(SHELF.ask, world.now)


CASES: Final[Mapping[str, Callable[[Scenario], Act]]] = {
    "create_channel_account.create_channel_account": create_one,
    "edit_channel_account.edit_channel_account": edit_one,
    "replace_account_keys.replace_account_keys": replace_keys,
    "switch_channel_account.switch_channel_account": enable_one,
    "tend_accounts.tend_accounts": drop_earlier_keys,
    "certificate_shelf._keep": keep_certificates,
    "certificate_shelf._claim": claim_a_download,
    "certificate_shelf._ask": ask_for_a_download,
}


def fingerprint() -> list[tuple[object, ...]]:
    """What a payment can tell of accounts, and a notify of certificates."""
    accounts = [
        (row.name, row.is_enabled, bool(row.earlier_api_key), row.both_until, row.row_version)
        for row in ChannelAccount.select()
    ]
    shelves = [(row.certificates, row.next_download_at) for row in ChannelCertificates.select()]
    return [*accounts, *shelves]


def _channel(keys: AccountKeys) -> PrepayChannel:
    del keys
    return PrepayChannel()


def _configure() -> None:
    """In whatever process it is done."""
    configure_accounts(ring=KeyRing(["k" * SHORTEST_KEY]), factory=_channel)


def _create(staff: Actor, operator_no: str, world: Scenario) -> str:
    _configure()
    place = AccountPlace(operator_no, Channel.WECHAT, AccountMode.DIRECT)
    return create_channel_account(
        staff=staff, place=place, terms=TERMS, keys=KEYS, idempotency_key="k", now=world.now
    ).account_no


def _created(world: Scenario) -> str:
    return _create(_person(world), _operator_no(world), world)


def _operator_no(world: Scenario) -> str:
    """An operator that is not the platform, the same in every world."""
    made = register_operator(
        operator_no="MA1TEST02", name="另一个运营商", is_platform=False, service_phone="", now=world.now
    )
    return str(made.operator_no)


def _edit(staff: Actor, account_no: str, world: Scenario) -> None:
    _configure()
    terms = replace(TERMS, name="新名字")
    with contextlib.suppress(RowChanged):  # it was edited before whoever asked died
        edit_channel_account(staff=staff, account_no=account_no, terms=terms, row_version=0, now=world.now)


def _replace(staff: Actor, account_no: str, world: Scenario) -> None:
    _configure()
    keys = NewKeys(api_key="another api key")
    with contextlib.suppress(RowChanged):
        replace_account_keys(staff=staff, account_no=account_no, keys=keys, row_version=0, now=world.now)


def _enable(staff: Actor, account_no: str, world: Scenario) -> None:
    _configure()
    switch_channel_account(
        staff=staff, account_no=account_no, is_enabled=True, reason="试", row_version=0, now=world.now
    )


def _tend(world: Scenario) -> None:
    _configure()
    tend_accounts(now=world.now + BOTH_KEYS_FOR + timedelta(seconds=1))


def _person(world: Scenario) -> Actor:
    row = a_staff(operator=Operator.get(Operator.is_platform), now=world.now)
    return Actor(
        kind=ActorKind.STAFF,
        id=row.id,
        no=row.account,
        operator_id=row.operator_id,
        is_platform=True,
        permissions=frozenset(one.value for one in Permission),
    )
