"""An operator's own channel account in the world of the HTTP tests, and sound bodies for what is done with it."""

from pathlib import Path
from typing import Any

from backend.domain.channel_account import AccountMode
from backend.domain.payment import Channel
from backend.gateways.clock import utc_now
from backend.gateways.ids import new_number
from backend.gateways.sealing import KeyRing
from backend.models import ChannelAccount, Operator
from tests.pay_channel import Sandbox


class OwnAccount:
    """Not enabled. Its keys are those of the sandbox's merchant, so that every body could do what it says."""

    def __init__(self, operator: Operator, sandbox: Sandbox) -> None:
        self._operator = operator
        pay = sandbox.settings.wechat_pay
        self.keys = {
            "private_key": _read(pay.merchant_key_file),
            "key_serial": pay.merchant_serial,
            "api_key": _read(pay.api_v3_key_file),
            "proof_key_no": pay.platform_public_key_id,
            "proof_key": _read(pay.platform_public_key_file),
        }
        self._terms = {
            "name": "自己的账户",
            "merchant_no": pay.mchid,
            "application_no": "",
            "sub_merchant_no": "",
            "uses_certificates": False,
            "expires_on": "2027-12-31",
        }
        now = utc_now()
        self.account_no = new_number("C", now)
        ring = KeyRing([_read(sandbox.settings.channel_accounts.secret_key_file)])
        sealed = {
            field: ring.seal(self.keys[field], of=f"{self.account_no} {field}")
            for field in ("private_key", "api_key")
        }
        ChannelAccount.create(
            account_no=self.account_no,
            operator_id=operator.id,
            channel=Channel.WECHAT,
            mode=AccountMode.DIRECT,
            earlier_proof_key="",
            earlier_api_key="",
            created_at=now,
            **{**self.keys, **self._terms, **sealed, "expires_on": None},
        )

    def bodies(self) -> dict[str, Any]:
        """By the name of the operation."""
        seen = int(ChannelAccount.get(ChannelAccount.account_no == self.account_no).row_version)
        place = {"operator_no": self._operator.operator_no, "channel": "wechat", "mode": "direct"}
        return {
            "admin_channel_accounts_create": {**place, **self._terms, "keys": self.keys},
            "admin_channel_accounts_edit": {**self._terms, "row_version": seen},
            "admin_channel_accounts_replace_keys": {"keys": self.keys, "row_version": seen},
            "admin_channel_accounts_switch": {"is_enabled": True, "reason": "测试", "row_version": seen},
        }


def _read(path: str) -> str:
    return Path(path).read_text(encoding="ascii").strip()
