"""Charges prepaid at an operator's own account: asked for, told, given back there, and never by anybody else's word."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import msgspec
import pytest

from backend.domain.channel_account import BOTH_KEYS_FOR, CheckResult
from backend.domain.errors import (
    ChannelAccountNotFound,
    ChannelAccountTaken,
    NotifyRejected,
    OperatorIsPlatform,
    RowChanged,
    UnfitInput,
)
from backend.domain.ledger import AccountKind
from backend.domain.payment import Channel, PaymentState
from backend.gateways.clock import utc_now
from backend.jobs.channel_proofs import ChannelProofs
from backend.jobs.claims import HeldClaims
from backend.jobs.timers import OutsideLane
from backend.models import AuditRow, ChannelAccount, Operator, Payment, RefundPart
from backend.models.ledger import LedgerAccount, LedgerPosting
from backend.services.channel_accounts.check_channel_account import check_channel_account
from backend.services.channel_accounts.edit_channel_account import edit_channel_account
from backend.services.channel_accounts.replace_account_keys import replace_account_keys
from backend.services.channel_accounts.switch_channel_account import switch_channel_account
from backend.services.charging.begin_prepaid_session import begin_prepaid_session
from backend.services.charging.prepay_session import prepay_session
from backend.services.payments.account_gateways import get_gateway, list_certified_gateways
from backend.services.payments.certificate_shelf import CertificateShelf
from backend.services.payments.query_payment import query_payment
from backend.services.payments.settle_payment import settle_payment
from backend.services.payments.step_refund_part import step_refund_part
from backend.services.payments.tend_accounts import tend_accounts
from backend.services.payments.top_up_wallet import top_up_wallet
from backend.services.views.desk.list_channel_accounts_for_staff import (
    get_channel_account_for_staff,
    list_channel_accounts_for_staff,
)
from scripts.stand_ins.sandbox.config import SandboxFile
from tests import builders
from tests.channel_accounts import (
    OwnMerchant,
    alipay_merchant,
    platform_staff,
    staff_of,
    wechat_merchant,
    with_keys,
)
from tests.invariants import check_invariants
from tests.pay_channel import Sandbox, running_sandbox, sandbox_gateways
from tests.prepay_channel import PUBLIC_URL
from tests.scenario import Scenario
from tests.waiting import wait_until

PAID_FEN = 5_000


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


class Site:
    """A pile of an operator that is not the platform, while the real sandbox takes the money."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.file = msgspec.json.decode((sandbox.keys / "sandbox.json").read_bytes(), type=SandboxFile)
        self.world = Scenario()
        self.world.now = utc_now()
        self.world.connect()
        self.operator = Operator.get(Operator.operator_no == "MA1TEST01")
        Operator.update(is_platform=False).where(Operator.id == self.operator.id).execute()
        self.operator.is_platform = False
        builders.an_operator(now=self.world.now, is_platform=True)
        self.staff = platform_staff(self.world.now)

    def wechat(self, sub_mchid: str = "") -> OwnMerchant:
        return wechat_merchant(self.sandbox, self.file, sub_mchid=sub_mchid)

    def enter(self, merchant: OwnMerchant, operator: Operator | None = None) -> ChannelAccount:
        return merchant.enter(staff=self.staff, operator=operator or self.operator, now=utc_now())

    def prepay(self, channel: Channel = Channel.WECHAT, *, gun: int = 1) -> Payment:
        asked = prepay_session(
            driver=self.world.driver(0),
            connector_no=self.world.known.connectors[gun].connector_no,
            amount_fen=PAID_FEN,
            channel=channel,
            is_own_car=None,
            public_url=PUBLIC_URL,
            idempotency_key=f"key-{channel}-{gun}-{Payment.select().count()}",
            now=utc_now(),
        )
        assert asked.pay is not None
        return payment_of(asked.payment_no)

    def pay(self, payment: Payment) -> None:
        if payment.channel is Channel.ALIPAY:
            self.sandbox.control("alipay/pay", {"out_trade_no": payment.payment_no})
        else:
            assert self.sandbox.pay(payment.payment_no) == {"errMsg": "requestPayment:ok"}

    def wait_paid(self, payment: Payment) -> None:
        wait_until(lambda: payment_of(payment.payment_no).state is PaymentState.PAID, "the notify settles it")

    def give_back(self) -> None:
        """Every part that is due goes its way until none is."""
        now = utc_now()
        while parts := list(RefundPart.select().where(RefundPart.next_step_at.is_null(False))):
            now += timedelta(minutes=5)
            for part in parts:
                step_refund_part(part_no=part.part_no, now=now)

    def posted(self, kind: AccountKind) -> int:
        rows = LedgerPosting.select(LedgerPosting.amount_fen).join(
            LedgerAccount, on=(LedgerAccount.id == LedgerPosting.account_id)
        )
        return sum(row.amount_fen for row in rows.where(LedgerAccount.kind == kind))


@pytest.fixture
def site(database: str, process: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with sandbox_gateways(process, monkeypatch):
        yield Site(process)


def payment_of(payment_no: str) -> Payment:
    return Payment.get(Payment.payment_no == payment_no)


MERCHANTS = {
    "wechat": lambda site: site.wechat(),
    "wechat_partner": lambda site: site.wechat("1900000109"),
    "alipay": lambda site: alipay_merchant(site.sandbox),
}


@pytest.mark.parametrize("make", MERCHANTS.values(), ids=MERCHANTS.keys())
def test_a_prepaid_charge_is_paid_told_and_given_back_at_the_operators_account(
    site: Site, make: Callable[[Site], OwnMerchant]
) -> None:
    merchant = make(site)
    account = site.enter(merchant)
    payment = site.prepay(merchant.channel)
    assert payment.channel_account_id == account.id
    site.pay(payment)
    site.wait_paid(payment)
    paths = {one["url"].partition("/notify/")[2] for one in site.sandbox.notifies(payment.payment_no)}
    assert paths == {f"{merchant.channel}/{account.account_no}"}
    assert (site.posted(AccountKind.OPERATOR_CLEARING), site.posted(AccountKind.CLEARING)) == (-PAID_FEN, 0)
    begin_prepaid_session(payment_no=payment.payment_no, now=utc_now() + timedelta(hours=1))  # too late
    site.give_back()
    wait_until(
        lambda: payment_of(payment.payment_no).state is PaymentState.REFUNDED, "the channel gives it back"
    )
    assert (site.posted(AccountKind.OPERATOR_CLEARING), site.posted(AccountKind.CLEARING)) == (0, 0)
    check_invariants()


def test_a_lost_notify_is_made_good_by_asking_the_same_account(site: Site) -> None:
    site.enter(site.wechat())
    site.sandbox.control("faults", {"notify_drop": True})
    payment = site.prepay()
    site.pay(payment)
    query_payment(payment_no=payment.payment_no, now=utc_now() + timedelta(seconds=10))
    assert payment_of(payment.payment_no).state is PaymentState.PAID


def test_what_nobody_paid_is_closed_at_the_operators_account(site: Site) -> None:
    site.enter(site.wechat())
    payment = site.prepay()
    query_payment(payment_no=payment.payment_no, now=utc_now() + timedelta(minutes=10))
    assert payment_of(payment.payment_no).state is PaymentState.CLOSED
    assert site.sandbox.pay(payment.payment_no)["code"] == "ORDER_CLOSED"


@pytest.mark.parametrize("is_ours_told", [True, False], ids=["ours", "the platform's"])
def test_a_true_word_of_another_account_settles_nothing(site: Site, *, is_ours_told: bool) -> None:
    """Signed by WeChat Pay, sealed with that account's own key, about a number that is not its own."""
    other = builders.an_operator(now=site.world.now)
    site.enter(site.wechat(), other)
    site.enter(site.wechat())
    ours = site.prepay(gun=1)
    ChannelAccount.update(is_enabled=False).where(ChannelAccount.operator_id == site.operator.id).execute()
    platforms = site.prepay(gun=2)
    assert platforms.channel_account_id is None
    told, about = (ours, platforms) if is_ours_told else (platforms, ours)
    site.sandbox.control(
        "faults",
        {"notify_tamper": {"out_trade_no": about.payment_no}, "notify_only_for": told.payment_no},
    )
    site.pay(told)
    wait_until(partial(_answered, site, told), "it is refused")
    assert payment_of(about.payment_no).state is PaymentState.AWAITING
    action = AuditRow.select().where(AuditRow.object_no == about.payment_no).order_by(AuditRow.id.desc())
    assert action.first().action == "payment.mismatch.account"
    assert site.posted(AccountKind.PREPAID_HELD) == 0


def _answered(site: Site, payment: Payment) -> bool:
    return any(one["status"] == 400 for one in site.sandbox.notifies(payment.payment_no))


def test_an_answer_counts_for_payments_of_its_account_alone(site: Site) -> None:
    account = site.enter(site.wechat())
    site.sandbox.control("faults", {"notify_drop": True})
    payment = site.prepay()
    site.pay(payment)
    trade = get_gateway(Channel.WECHAT, account.id).query(payment.payment_no)
    for account_id in (None, account.id + 1):
        with pytest.raises(NotifyRejected, match="account"):
            settle_payment(channel=Channel.WECHAT, account_id=account_id, trade=trade, now=utc_now())
    settle_payment(channel=Channel.WECHAT, account_id=account.id, trade=trade, now=utc_now())


def test_a_wallet_is_topped_up_at_the_platform_and_a_disabled_account_takes_nothing_new(site: Site) -> None:
    account = site.enter(site.wechat())
    topped = top_up_wallet(
        driver=site.world.driver(0),
        amount_fen=PAID_FEN,
        channel=Channel.WECHAT,
        idempotency_key="top-up",
        now=utc_now(),
    )
    assert payment_of(topped.payment_no).channel_account_id is None
    open_one = site.prepay(gun=1)
    switch_channel_account(
        staff=site.staff,
        account_no=account.account_no,
        is_enabled=False,
        reason="更换商户",
        row_version=1,
        now=utc_now(),
    )
    assert site.prepay(gun=2).channel_account_id is None
    site.pay(open_one)
    site.wait_paid(open_one)


def test_certificates_of_enabled_accounts_are_fetched_before_anybody_asks_there(site: Site) -> None:
    merchant = site.wechat()
    account = site.enter(merchant)
    assert list_certified_gateways() == []
    ChannelAccount.update(uses_certificates=True).where(ChannelAccount.id == account.id).execute()
    site.sandbox.control("verification", {"notifies": "public_key"})
    try:
        with HeldClaims() as claims, OutsideLane(claims) as outside:
            ChannelProofs().run_due(outside, now_s=1.0)
    finally:
        site.sandbox.control("verification", {"has_certificates": False})
    assert CertificateShelf(f"wechat/{account.account_no}").load()
    ChannelAccount.update(is_enabled=False).where(ChannelAccount.id == account.id).execute()
    assert list_certified_gateways() == []


def test_keys_are_replaced_while_those_before_still_count(site: Site) -> None:
    merchant = site.wechat()
    account = site.enter(merchant)
    payment = site.prepay()
    fresh = "f" * 32
    replace_account_keys(
        staff=site.staff,
        account_no=account.account_no,
        keys=replace(
            merchant.keys, private_key="", key_serial="", api_key=fresh, proof_key="", proof_key_no=""
        ),
        row_version=1,
        now=utc_now(),
    )
    site.pay(payment)  # told with the key before: WeChat Pay does not know the new one yet
    site.wait_paid(payment)
    row = ChannelAccount.get_by_id(account.id)
    assert row.both_until is not None
    assert tend_accounts(now=row.both_until - timedelta(seconds=1)) == 0
    assert tend_accounts(now=row.both_until) == 1
    row = ChannelAccount.get_by_id(account.id)
    assert (row.earlier_api_key, row.both_until, row.row_version) == ("", None, 2)
    assert timedelta(days=7) == BOTH_KEYS_FOR


def test_a_check_tells_whether_the_channel_knows_the_keys(site: Site) -> None:
    def check(merchant: OwnMerchant) -> tuple[CheckResult, str]:
        account = site.enter(merchant)
        checked = check_channel_account(staff=site.staff, account_no=account.account_no, now=utc_now())
        ChannelAccount.update(is_enabled=False).execute()
        return checked.result, checked.reason

    right = site.wechat()
    assert check(right) == (CheckResult.WORKS, "")
    assert check(site.wechat("1900000109")) == (CheckResult.WORKS, "")
    assert check(with_keys(right, key_serial="5" * 40)) == (CheckResult.REFUSED, "SIGN_ERROR")
    stranger = replace(right, terms=replace(right.terms, merchant_no="1699999999"))
    assert check(stranger) == (CheckResult.REFUSED, "SIGN_ERROR")
    alipay = alipay_merchant(site.sandbox)
    assert check(alipay) == (CheckResult.WORKS, "")
    other = alipay_merchant(site.sandbox)
    mixed = with_keys(alipay, private_key=other.keys.private_key)
    assert check(mixed)[0] is CheckResult.UNPROVEN  # Alipay signs nothing for whom it does not know
    site.sandbox.control("faults", {"response_bad_signature": True})
    assert check(alipay)[0] is CheckResult.UNPROVEN


def test_what_cannot_work_is_refused_with_its_field_and_nothing_is_written(site: Site) -> None:
    right = site.wechat()
    wrong = {
        "private_key": with_keys(
            right, private_key="-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"
        ),
        "api_key": with_keys(right, api_key="short"),
        "proof_key": with_keys(right, proof_key="", proof_key_no=""),
        "key_serial": with_keys(right, key_serial=""),
        "sub_merchant_no": replace(right, mode=site.wechat("1").mode),
        "application_no": replace(
            alipay_merchant(site.sandbox), terms=replace(right.terms, application_no="")
        ),
    }
    for field, merchant in wrong.items():
        with pytest.raises(UnfitInput) as caught:
            site.enter(merchant)
        assert caught.value.data["field"] == field
        assert "BEGIN" not in repr(caught.value)
    assert ChannelAccount.select().count() == 0
    platform = Operator.get(Operator.is_platform)
    with pytest.raises(OperatorIsPlatform):
        site.enter(right, platform)


def test_an_account_is_its_operators_and_the_platforms_to_see(site: Site) -> None:
    account = site.enter(site.wechat())
    other = builders.an_operator(now=site.world.now)
    now = utc_now()
    for staff, seen in (
        (site.staff, 1),
        (staff_of(site.operator, now), 1),
        (staff_of(other, now), 0),
    ):
        page = list_channel_accounts_for_staff(
            staff=staff, operator_no=None, channel=None, is_enabled=None, cursor=None, limit=20, now=now
        )
        assert len(page.accounts) == seen
    with pytest.raises(ChannelAccountNotFound):
        get_channel_account_for_staff(staff=staff_of(other, now), account_no=account.account_no, now=now)


def test_one_account_of_a_channel_is_enabled_and_who_is_paid_stays(site: Site) -> None:
    merchant = site.wechat()
    account = site.enter(merchant)
    with pytest.raises(ChannelAccountTaken):
        site.enter(site.wechat())

    def edit(row_version: int, **terms: Any) -> None:
        edit_channel_account(
            staff=site.staff,
            account_no=account.account_no,
            terms=replace(merchant.terms, **terms),
            row_version=row_version,
            now=utc_now(),
        )

    edit(1, name="新名字", merchant_no="1600000001")
    with pytest.raises(RowChanged):
        edit(1, name="旧页面")
    edit(2, name="新名字")
    site.prepay()
    with pytest.raises(UnfitInput, match="已经收过款"):
        edit(3, merchant_no="1600000001")


def test_secrets_are_sealed_and_leave_no_trace(site: Site) -> None:
    merchant = site.wechat()
    account = site.enter(merchant)
    secrets_of = (merchant.keys.private_key, merchant.keys.api_key)
    told = [
        repr(account.__data__),
        repr([row.detail for row in AuditRow.select()]),
        repr(get_channel_account_for_staff(staff=site.staff, account_no=account.account_no, now=utc_now())),
        repr(merchant.keys),
    ]
    assert not [text for text in told if any(secret in text for secret in secrets_of)]
    assert account.api_key.partition(":")[0] == account.private_key.partition(":")[0]
