"""WeChat Pay proves its words by its public key, by certificates that are downloaded, or by both in turn."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from backend.domain.errors import ChannelUnavailable
from backend.domain.payment import Channel, PaymentState
from backend.gateways import get_payment_channel
from backend.gateways.clock import utc_now
from backend.models import ChannelCertificates, Payment
from backend.services.ledger.wallets import find_balances
from backend.services.payments.certificate_shelf import PACE, RENEWED_EVERY, CertificateShelf
from backend.services.payments.top_up_wallet import top_up_wallet
from tests import builders
from tests.pay_channel import Sandbox, running_sandbox, sandbox_gateways
from tests.waiting import wait_until

AMOUNT_FEN = 5_000
ONLY_CERTIFICATES = {
    "platform_certificates": True,
    "platform_public_key_id": "",
    "platform_public_key_file": "",
}
BOTH = {"platform_certificates": True}


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


class Merchant:
    """Top-ups of 50 yuan while WeChat Pay signs by what the test says."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        now = utc_now()
        builders.an_operator(now=now, is_platform=True)
        self.driver = builders.a_driver(now=now)

    def signs(self, **change: Any) -> list[str]:
        serials: list[str] = self.sandbox.control("verification", change)["serials"]
        return serials

    def ask(self, key: str = "k") -> str:
        return top_up_wallet(
            driver=builders.actor_of(self.driver),
            amount_fen=AMOUNT_FEN,
            channel=Channel.WECHAT,
            idempotency_key=key,
            now=utc_now(),
        ).payment_no

    def pay(self, key: str = "k") -> str:
        payment_no = self.ask(key)
        self.sandbox.pay(payment_no)
        return payment_no

    def statuses(self, payment_no: str) -> list[int]:
        return [one["status"] for one in self.sandbox.notifies(payment_no) if one["status"]]

    def wait_paid(self, payments: int = 1) -> None:
        wait_until(
            lambda: find_balances(driver_no=self.driver.driver_no).available_fen == payments * AMOUNT_FEN,
            "the notify credits the wallet",
        )


@pytest.fixture
def merchant(database: str, process: Sandbox) -> Merchant:
    process.control("verification", {"has_certificates": False})
    return Merchant(process)


def _pass_pace() -> None:
    """As if the last download were a while ago."""
    past = utc_now() - PACE
    ChannelCertificates.update(claimed_at=past).execute()


def _downloads() -> int:
    return ChannelCertificates.select().where(ChannelCertificates.kept_at.is_null(False)).count()


def test_certificates_are_fetched_before_the_first_order_and_prove_everything_after(
    merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    merchant.signs(notifies="certificate")
    with sandbox_gateways(merchant.sandbox, monkeypatch, **ONLY_CERTIFICATES):
        merchant.pay()
        merchant.wait_paid()
    row = ChannelCertificates.get()
    assert row.kept_at is not None
    assert (row.account_key, len(CertificateShelf("wechat").load()) >= 1) == ("wechat", True)
    assert row.next_download_at - row.kept_at == RENEWED_EVERY


def test_without_certificates_nothing_is_asked_that_could_not_be_proved(
    merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sandbox_gateways(merchant.sandbox, monkeypatch, **ONLY_CERTIFICATES):
        with pytest.raises(ChannelUnavailable):
            merchant.ask()
        assert Payment.get().state is PaymentState.CREATED
        _pass_pace()
        merchant.signs(notifies="certificate")
        merchant.pay()
        merchant.wait_paid()


def test_while_a_merchant_changes_over_both_prove_notifies(
    merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers follow the public key that requests name; notifies come by either, and the first one by a certificate
    is refused, has the certificates downloaded by the jobs, and is taken when it comes again."""
    merchant.signs(notifies="certificate")
    with sandbox_gateways(merchant.sandbox, monkeypatch, **BOTH):
        payment_no = merchant.pay()
        wait_until(lambda: 400 in merchant.statuses(payment_no), "an unknown serial is refused")
        assert _downloads() == 0
        channel = get_payment_channel(Channel.WECHAT)
        channel.renew_proofs(utc_now())
        assert _downloads() == 1
        channel.renew_proofs(utc_now())  # not due again
        merchant.wait_paid()
        merchant.signs(notifies="public_key")
        merchant.pay("second")
        merchant.wait_paid(2)


def test_a_new_certificate_signs_an_answer_and_is_fetched_once_for_it(
    merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    merchant.signs(notifies="certificate")
    with sandbox_gateways(merchant.sandbox, monkeypatch, **ONLY_CERTIFICATES):
        merchant.ask("first")
        serials = merchant.signs(notifies="certificate", is_renewed=True)
        _pass_pace()
        payment_no = merchant.ask("second")
        assert Payment.get(Payment.payment_no == payment_no).state is PaymentState.AWAITING
        assert len(CertificateShelf("wechat").load()) == len(serials)


def test_an_expired_certificate_proves_nothing(merchant: Merchant, monkeypatch: pytest.MonkeyPatch) -> None:
    with sandbox_gateways(merchant.sandbox, monkeypatch, **BOTH):
        merchant.signs(notifies="certificate", is_renewed=True, life_s=-60)
        get_payment_channel(Channel.WECHAT).renew_proofs(utc_now())
        payment_no = merchant.pay()
        wait_until(lambda: len(merchant.statuses(payment_no)) > 1, "it is refused, and sent again")
        assert set(merchant.statuses(payment_no)) == {400}
        merchant.signs(notifies="certificate", is_renewed=True)
        _pass_pace()
        CertificateShelf("wechat").ask(utc_now())
        get_payment_channel(Channel.WECHAT).renew_proofs(utc_now())
        merchant.wait_paid()


def test_strangers_serials_cannot_have_us_download_at_will(database: str) -> None:
    shelf, now = CertificateShelf("wechat"), utc_now()
    assert shelf.claim(now)
    shelf.keep(["-----BEGIN CERTIFICATE-----\none\n-----END CERTIFICATE-----\n"], now)
    shelf.ask(now)
    assert (shelf.is_due(now), shelf.claim(now)) == (False, False)
    later = now + PACE
    assert (shelf.is_due(later), shelf.claim(later), shelf.claim(later)) == (True, True, False)
    assert shelf.load() == ("-----BEGIN CERTIFICATE-----\none\n-----END CERTIFICATE-----",)
    assert not shelf.is_due(later + timedelta(seconds=1))


def test_a_program_that_starts_later_finds_what_another_one_kept(
    merchant: Merchant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    merchant.signs(notifies="certificate")
    with sandbox_gateways(merchant.sandbox, monkeypatch, **BOTH):
        get_payment_channel(Channel.WECHAT).renew_proofs(utc_now())
    with sandbox_gateways(merchant.sandbox, monkeypatch, **BOTH):
        payment_no = merchant.pay()
        merchant.wait_paid()
        assert set(merchant.statuses(payment_no)) == {204}
