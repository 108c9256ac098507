"""What stands against every charge that a driver asks for, whatever pays for it (services/charging/session_beginnings)."""

from typing import Final

from backend.domain import errors

START_ERRORS: Final = (
    errors.OperatorDisabled,
    errors.AgreementNotAccepted,
    errors.ConnectorNotFound,
    errors.StationClosed,
    errors.StationHidden,
    errors.StationShut,
    errors.PileOffline,
    errors.PileClockUnset,
    errors.ConnectorFaulted,
    errors.ConnectorUnavailable,
    errors.ConnectorBusy,
    errors.PlugClaimed,
    errors.WhoseCar,
    errors.ConnectorNotPlugged,
    errors.DriverDisabled,
    errors.DriverFrozen,
    errors.DriverBusy,
    errors.DebtUnpaid,
    errors.TariffMissing,
)
