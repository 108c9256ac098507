"""Which gateway serves a payment channel, and who we are there: what a trade is compared with."""

from dataclasses import dataclass

from backend import gateways
from backend.domain.errors import ChannelUnavailable
from backend.domain.payment import Channel
from backend.gateways.wechat.pay import WechatPayGateway


@dataclass(frozen=True, slots=True)
class Merchant:
    """Our names at the channel: a trade that carries others is not ours."""

    mchid: str
    appid: str


def get_gateway(channel: Channel) -> WechatPayGateway:
    """The gateway of the channel. Raises ChannelUnavailable where none is built in."""
    if channel is not Channel.WECHAT:
        raise ChannelUnavailable
    return gateways.get_wechat_pay()


def get_merchant(channel: Channel) -> Merchant:
    """Who we are at the channel. Raises ChannelUnavailable where no gateway is built in."""
    gateway = get_gateway(channel)
    return Merchant(mchid=gateway.mchid, appid=gateway.appid)
