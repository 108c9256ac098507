import pytest

import backend.gateways
from backend.domain.errors import ChannelUnavailable
from backend.domain.identity import IdentityKind
from backend.domain.payment import Channel
from backend.gateways.wechat.mini_program import WechatGateway
from backend.gateways.wechat.pay import WechatPayGateway


def test_an_unconfigured_process_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend.gateways, "_configured", backend.gateways._Configured())
    with pytest.raises(RuntimeError, match="configure"):
        backend.gateways.get_payment_channel(Channel.WECHAT)
    with pytest.raises(RuntimeError, match="configure"):
        backend.gateways.get_log_in(IdentityKind.WECHAT_MINI_PROGRAM)


def test_services_get_the_gateways_that_were_configured(
    monkeypatch: pytest.MonkeyPatch, wechat: WechatGateway, offline_pay: WechatPayGateway
) -> None:
    monkeypatch.setattr(backend.gateways, "_configured", backend.gateways._Configured())
    backend.gateways.configure(
        channels={Channel.WECHAT: offline_pay}, log_ins={IdentityKind.WECHAT_MINI_PROGRAM: wechat}
    )
    assert backend.gateways.get_payment_channel(Channel.WECHAT) is offline_pay
    assert backend.gateways.get_log_in(IdentityKind.WECHAT_MINI_PROGRAM) is wechat
    with pytest.raises(ChannelUnavailable):
        backend.gateways.get_payment_channel(Channel.ALIPAY)
    with pytest.raises(ChannelUnavailable):
        backend.gateways.get_log_in(IdentityKind.WECHAT_UNION)
