"""What is entered of a channel account, which accounts staff may see, and whether the keys could work."""

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Final

from peewee import ModelSelect

from backend.domain.actor import Actor
from backend.domain.channel_account import AccountMode
from backend.domain.errors import ChannelAccountNotFound, UnfitInput
from backend.domain.payment import Channel
from backend.domain.permission import Permission
from backend.gateways.channel_account import UnfitKeysError
from backend.models import ChannelAccount
from backend.models.engine.database import locked
from backend.services.access.operator_scope import check_may, of_operators
from backend.services.payments.account_gateways import make_gateway

_WORDS: Final = {
    "merchant_no": "没有填写，或不是有效的编号",
    "application_no": "没有填写，或不是有效的编号",
    "sub_merchant_no": "没有填写：服务商模式要写特约商户号",
    "key_serial": "没有填写：在商户平台的 API 证书页可以看到",
    "private_key": "读不出来：请粘贴未加密的私钥全文（apiclient_key.pem，或支付宝应用私钥）",
    "api_key": "必须正好 32 位",
    "proof_key": "读不出来，或和编号不成对：请粘贴公钥全文，并填写它的编号",
    "mode": "这个渠道只能直连",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountTerms:
    """What is no secret. Numbers are the channel's own; empty where it has none of the kind."""

    name: str
    merchant_no: str
    application_no: str
    sub_merchant_no: str
    uses_certificates: bool
    expires_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKeys:
    """Keys to put in place; empty ones leave what is there. `proof_key` is the channel's public key."""

    key_serial: str = ""
    private_key: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)
    proof_key_no: str = ""
    proof_key: str = ""


@dataclass(frozen=True, slots=True)
class AccountPlace:
    """What an account is for; never changed."""

    operator_no: str
    channel: Channel
    mode: AccountMode


def visible_accounts(staff: Actor) -> "ModelSelect[Any]":
    """The accounts that `staff` may see."""
    return of_operators(ChannelAccount.select(), staff, operator=ChannelAccount.operator_id)


def lock_account(staff: Actor, account_no: str) -> ChannelAccount:
    """One of them, locked, for whoever may edit. Raises Forbidden, ChannelAccountNotFound."""
    check_may(staff, Permission.CHANNEL_ACCOUNT_EDIT)
    own = visible_accounts(staff).where(ChannelAccount.account_no == account_no)
    row: ChannelAccount | None = locked(own).first()
    if row is None:
        raise ChannelAccountNotFound
    return row


def put_terms(row: ChannelAccount, terms: AccountTerms) -> dict[str, object]:
    """Write them into the row; what stood there before of what changed."""
    wanted = asdict(terms)
    before = {name: getattr(row, name) for name, value in wanted.items() if getattr(row, name) != value}
    for name in before:
        setattr(row, name, wanted[name])
    return before


def check_keys(row: ChannelAccount) -> None:
    """Raises UnfitInput(field) for keys that no channel could take, AccountKeyMissing, ChannelUnavailable."""
    try:
        make_gateway(row)
    except UnfitKeysError as unfit:
        error = UnfitInput(field=unfit.field, reason=_WORDS.get(unfit.field, "不能用"))
    else:
        return
    raise error  # outside the handler: nothing of the keys goes along
