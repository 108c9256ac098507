"""How an error is told: status and body of the answer, by the table in `answers.py`."""

from typing import Any, Final

import msgspec

from backend.api.http.answers import ANSWERS
from backend.domain import errors as e

INTERNAL_CODE: Final = "internal_error"
INTERNAL_TEXT: Final = "系统开小差了，请稍后再试；若一直这样，请联系客服并提供请求编号。"


class ErrorDetail(msgspec.Struct, frozen=True, kw_only=True):
    """`code` is stable, `message` is for people, `request_id` is what support asks for."""

    code: str
    message: str
    data: dict[str, Any]
    request_id: str


class ErrorReply(msgspec.Struct, frozen=True, kw_only=True):
    """Body of every answer with a 4xx or 5xx status."""

    error: ErrorDetail


def message_of(error: e.DomainError, *, to_driver: bool = False) -> str:
    """The Chinese sentence of an error, with its data, for a driver or for anybody else."""
    answer = ANSWERS[type(error)]
    text = (answer.driver_text if to_driver else "") or answer.text
    return text if isinstance(text, str) else text(error.data)


def describe(error: e.DomainError, request_id: str, *, to_driver: bool = False) -> tuple[int, ErrorReply]:
    """Status and body of an error; only fields named in the table are shown."""
    answer = ANSWERS[type(error)]
    data = {name: error.data[name] for name in answer.fields if name in error.data}
    detail = ErrorDetail(
        code=error.code, message=message_of(error, to_driver=to_driver), data=data, request_id=request_id
    )
    return answer.status, ErrorReply(error=detail)


def describe_internal(request_id: str) -> ErrorReply:
    """Body of a 500: nothing of what happened is shown."""
    detail = ErrorDetail(code=INTERNAL_CODE, message=INTERNAL_TEXT, data={}, request_id=request_id)
    return ErrorReply(error=detail)


_BY_CODE: Final = {kind.code: kind for kind in ANSWERS}


def message_for_code(code: str, **data: object) -> str:
    """The sentence of an error known by its code, and by what of its data is known."""
    return message_of(_BY_CODE[code](**data))
