"""Who acts, and what staff may do. A handler names its scope; without one the process refuses to start."""

from enum import StrEnum


class ActorKind(StrEnum):
    DRIVER = "driver"
    STAFF = "staff"
    SYSTEM = "system"
    PILE = "pile"


class Permission(StrEnum):
    """What a role of staff can be granted; the API's scopes for admin operations."""

    DASHBOARD_READ = "dashboard.read"
    STATION_READ = "station.read"
    STATION_EDIT = "station.edit"
    PILE_READ = "pile.read"
    PILE_EDIT = "pile.edit"
    PILE_SERVICE = "pile.service"
    PILE_SECRET = "pile.secret"  # noqa: S105 - a scope, no secret
    PILE_TEST = "pile.test"
    PILE_LABEL = "pile.label"
    ORDER_READ = "order.read"
    SESSION_STOP = "session.stop"
    SESSION_DECIDE = "session.decide"
    CONNECTOR_RELEASE = "connector.release"
    IDLE_FEE_WAIVE = "idle_fee.waive"
    QUARANTINE_READ = "quarantine.read"
    QUARANTINE_CLOSE = "quarantine.close"
    STAFF_READ = "staff.read"
    STAFF_EDIT = "staff.edit"
    ROLE_EDIT = "role.edit"
    TARIFF_READ = "tariff.read"
    TARIFF_EDIT = "tariff.edit"
    TARIFF_PUBLISH = "tariff.publish"
    OPERATOR_READ = "operator.read"
    OPERATOR_EDIT = "operator.edit"
    POLICY_READ = "policy.read"
    POLICY_EDIT = "policy.edit"
    AGREEMENT_EDIT = "agreement.edit"
    AUDIT_READ = "audit.read"
    LOGIN_LOG_READ = "login_log.read"
    REFUND_READ = "refund.read"
    REFUND_MANAGE = "refund.manage"
    ADJUSTMENT_READ = "adjustment.read"
    ADJUSTMENT_ASK = "adjustment.ask"
    ADJUSTMENT_APPROVE = "adjustment.approve"
    DRIVER_READ = "driver.read"
    DRIVER_FREEZE = "driver.freeze"
    CHANNEL_ACCOUNT_READ = "channel_account.read"
    CHANNEL_ACCOUNT_EDIT = "channel_account.edit"
    EXPORT_MAKE = "export.make"
