# ruff: noqa: N818 - a class is named as its code, which clients read
"""Of any request, whatever it asks for: who sends it, how it is written, what stands in its way."""

from backend.domain.errors.base import DomainError


class ExportNotFound(DomainError, code="export_not_found"):
    """The caller has no export of this number, or its file is not there."""


class ExportClosed(DomainError, code="export_closed"):
    """The export is not in a state in which this can be done."""


class TooManyExports(DomainError, code="too_many_exports"):
    """The caller has as many exports under way as one person may."""


class MovementViewNotFound(DomainError, code="movement_view_not_found"):
    """The caller keeps no view of this id."""


class MovementViewNameTaken(DomainError, code="movement_view_name_taken"):
    """The caller keeps a view of this name already."""


class TooManyMovementViews(DomainError, code="too_many_movement_views"):
    """The caller keeps as many views as one person may."""


class AuditRowNotFound(DomainError, code="audit_row_not_found"):
    """No audit row has this number, or it is not the caller's."""


class IdempotencyKeyMissing(DomainError, code="idempotency_key_missing"):
    """A request that moves money or starts a command came without its key."""


class IdempotencyKeyReused(DomainError, code="idempotency_key_reused"):
    """The key was used before with other input."""


class IdempotencyInProgress(DomainError, code="idempotency_in_progress"):
    """The first request with this key has not been answered yet."""


class Unauthenticated(DomainError, code="unauthenticated"):
    """No token, or one that is unknown, expired or revoked."""


class Forbidden(DomainError, code="forbidden"):
    """The caller is known and lacks the permission or the scope."""


class NotFound(DomainError, code="not_found"):
    """Nothing is at this address, or not for this caller."""


class InvalidInput(DomainError, code="invalid_input"):
    """A field of a request is missing or wrong. Data: field, reason."""


class UnfitInput(InvalidInput, code="unfit_input"):
    """A field of a request is of the right form, and its value cannot be taken as things are. Data: field, reason."""


class PayloadTooLarge(DomainError, code="payload_too_large"):
    """The request body is larger than allowed."""


class MethodNotAllowed(DomainError, code="method_not_allowed"):
    """The address exists and does not take this method."""


class RateLimited(DomainError, code="rate_limited"):
    """Too many requests. Data: retry_after_s."""


class ServiceUnavailable(DomainError, code="service_unavailable"):
    """A part the request needs is down; it may be tried again later."""


class InvalidCursor(DomainError, code="invalid_cursor"):
    """A page cursor was altered or belongs to another list."""


class RowChanged(DomainError, code="row_changed"):
    """Somebody else saved this since it was read; what they saved is shown beside what was typed."""


class ImpossibleTransition(DomainError, code="impossible_transition"):
    """An event cannot happen in this state; nothing changed. Data: noun, state, event."""
