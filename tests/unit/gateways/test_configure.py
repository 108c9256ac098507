import pytest

import backend.gateways
from backend.gateways.wechat.mini_program import WechatGateway
from backend.gateways.wechat.pay import WechatPayGateway


def test_an_unconfigured_process_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backend.gateways, "_configured", backend.gateways._Configured())
    with pytest.raises(RuntimeError, match="configure"):
        backend.gateways.get_wechat()
    with pytest.raises(RuntimeError, match="configure"):
        backend.gateways.get_wechat_pay()


def test_services_get_the_gateways_that_were_configured(
    monkeypatch: pytest.MonkeyPatch, wechat: WechatGateway, offline_pay: WechatPayGateway
) -> None:
    monkeypatch.setattr(backend.gateways, "_configured", backend.gateways._Configured())
    backend.gateways.configure(wechat=wechat, wechat_pay=offline_pay)
    assert backend.gateways.get_wechat() is wechat
    assert backend.gateways.get_wechat_pay() is offline_pay
