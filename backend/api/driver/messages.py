"""What a driver may be told outside the app: the templates to ask permission for, and permission given."""

from typing import Annotated

import msgspec

from backend.api.http.call import Call
from backend.api.http.route import Route, Scope
from backend.domain.driver_message import MessageKind
from backend.gateways import find_message_sender
from backend.services.messages.allow_messages import allow_messages


class MessageTemplate(msgspec.Struct, frozen=True, kw_only=True):
    """`template_id` is what WeChat's own question is asked with."""

    kind: MessageKind
    template_id: str


class MessageTemplates(msgspec.Struct, frozen=True, kw_only=True):
    """None: nothing is asked."""

    templates: tuple[MessageTemplate, ...]


class AllowRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The kinds that the driver has just allowed; each counts once."""

    kinds: Annotated[list[MessageKind], msgspec.Meta(min_length=1, max_length=len(MessageKind))]


async def list_all(call: Call[None, None]) -> MessageTemplates:
    """What may be asked for."""
    del call
    return _templates()


async def allow(call: Call[AllowRequest, None]) -> MessageTemplates:
    """One message of each kind may be sent from now on."""
    await call.transact(allow_messages, driver=call.actor, kinds=call.body.kinds)
    return _templates()


def _templates() -> MessageTemplates:
    sender = find_message_sender()
    known = {} if sender is None else sender.templates
    return MessageTemplates(
        templates=tuple(
            MessageTemplate(kind=kind, template_id=known[kind]) for kind in MessageKind if kind in known
        )
    )


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/driver/messages",
        scope=Scope.DRIVER,
        handle=list_all,
        summary="可以订阅的消息",
        tag="messages",
    ),
    Route(
        method="POST",
        path="/api/v1/driver/messages/allow",
        scope=Scope.DRIVER,
        handle=allow,
        summary="允许发送消息",
        tag="messages",
    ),
)
