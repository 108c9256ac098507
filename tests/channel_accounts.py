"""Operators with accounts of their own for tests: keys made here, known to the sandbox, entered by staff of the platform."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import rsa

from backend.domain.actor import Actor
from backend.domain.channel_account import AccountMode
from backend.domain.payment import Channel
from backend.domain.permission import ActorKind, Permission
from backend.gateways.ids import new_ulid
from backend.models import ChannelAccount, Operator
from backend.services.channel_accounts.account_terms import AccountPlace, AccountTerms, NewKeys
from backend.services.channel_accounts.create_channel_account import create_channel_account
from backend.services.channel_accounts.switch_channel_account import switch_channel_account
from scripts.stand_ins.sandbox.config import SandboxFile
from tests import builders
from tests.pay_channel import Sandbox
from tests.unit.gateways.wechat_side import pem_of, public_pem_of


def platform_staff(now: datetime) -> Actor:
    """Somebody who may do everything everywhere."""
    platform = Operator.get(Operator.is_platform)
    return staff_of(platform, now)


def staff_of(operator: Operator, now: datetime) -> Actor:
    """The same at one operator."""
    row = builders.a_staff(now=now, operator=operator)
    return Actor(
        kind=ActorKind.STAFF,
        id=row.id,
        no=row.account,
        operator_id=operator.id,
        is_platform=operator.is_platform,
        permissions=frozenset(Permission),
        station_ids=None,
    )


@dataclass(frozen=True)
class OwnMerchant:
    """A merchant at the sandbox, and how staff would enter it."""

    channel: Channel
    mode: AccountMode
    terms: AccountTerms
    keys: NewKeys

    def enter(self, *, staff: Actor, operator: Operator, now: datetime) -> ChannelAccount:
        """Entered and enabled."""
        made = create_channel_account(
            staff=staff,
            place=AccountPlace(operator.operator_no, self.channel, self.mode),
            terms=self.terms,
            keys=self.keys,
            idempotency_key=new_ulid(),
            now=now,
        )
        switch_channel_account(
            staff=staff,
            account_no=made.account_no,
            is_enabled=True,
            reason="开始收款",
            row_version=0,
            now=now,
        )
        account: ChannelAccount = ChannelAccount.get(ChannelAccount.account_no == made.account_no)
        return account


def wechat_merchant(sandbox: Sandbox, file: SandboxFile, *, sub_mchid: str = "") -> OwnMerchant:
    """Another merchant of WeChat Pay for the same mini-program; with `sub_mchid` a 服务商 that collects for it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    own = {
        "mchid": f"16{secrets.randbelow(10**8):08d}",
        "appid": file.appid,
        "merchant_serial": secrets.token_hex(20).upper(),
        "merchant_public_key_pem": public_pem_of(key),
        "api_v3_key": secrets.token_hex(16),
    }
    sandbox.control("merchants", own | ({"sub_mchids": [sub_mchid]} if sub_mchid else {}))
    public_key = (sandbox.keys / "platform_public_key.pem").read_text(encoding="ascii")
    return OwnMerchant(
        channel=Channel.WECHAT,
        mode=AccountMode.PARTNER if sub_mchid else AccountMode.DIRECT,
        terms=AccountTerms(
            name="微信收款",
            merchant_no=own["mchid"],
            application_no="",
            sub_merchant_no=sub_mchid,
            uses_certificates=False,
            expires_on=None,
        ),
        keys=NewKeys(
            key_serial=own["merchant_serial"],
            private_key=pem_of(key),
            api_key=own["api_v3_key"],
            proof_key_no=file.platform_public_key_id,
            proof_key=public_key,
        ),
    )


def alipay_merchant(sandbox: Sandbox) -> OwnMerchant:
    """Another application of Alipay."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    own = {
        "app_id": f"2021{secrets.randbelow(10**12):012d}",
        "seller_id": f"2088{secrets.randbelow(10**12):012d}",
        "app_public_key_pem": public_pem_of(key),
    }
    sandbox.control("alipay/merchants", own)
    return OwnMerchant(
        channel=Channel.ALIPAY,
        mode=AccountMode.DIRECT,
        terms=AccountTerms(
            name="支付宝收款",
            merchant_no=own["seller_id"],
            application_no=own["app_id"],
            sub_merchant_no="",
            uses_certificates=False,
            expires_on=None,
        ),
        keys=NewKeys(
            private_key=pem_of(key),
            proof_key=(sandbox.keys / "alipay_public_key.pem").read_text(encoding="ascii"),
        ),
    )


def with_keys(merchant: OwnMerchant, **keys: str) -> OwnMerchant:
    """The same with other keys."""
    return replace(merchant, keys=replace(merchant.keys, **keys))
