# ruff: noqa: N818 - a class is named as its code, which clients read
"""Of operators, their stations and piles, and their prices."""

from backend.domain.errors.base import DomainError


class OperatorDisabled(DomainError, code="operator_disabled"):
    """The operator of the station is disabled: no new start there."""


class AgreementNotAccepted(DomainError, code="agreement_not_accepted"):
    """A published text is not accepted by the driver in its newest version: no new start, no top-up."""


class TariffMissing(DomainError, code="tariff_missing"):
    """No published tariff applies; a start is refused, never priced 0."""


class InvalidTariff(DomainError, code="invalid_tariff"):
    """The tariff's periods, plans or zone cannot be priced by. Data: reason, faults."""


class TariffNotFound(DomainError, code="tariff_not_found"):
    """No tariff has this number, or it is not the caller's."""


class TariffVersionNotFound(DomainError, code="tariff_version_not_found"):
    """The tariff has no such version, or no draft."""


class TariffInUse(DomainError, code="tariff_in_use"):
    """Stations or piles are priced by it still. Data: stations, piles."""


class TariffRetired(DomainError, code="tariff_retired"):
    """The tariff was retired: nothing is priced by it again."""


class TariffBeginsInPast(DomainError, code="tariff_begins_in_past"):
    """A version cannot come into force before it is published, or too far ahead."""


class TariffVersionInForce(DomainError, code="tariff_version_in_force"):
    """The version is in force, or about to be, or was never scheduled: it cannot be withdrawn."""


class StationClosed(DomainError, code="station_closed"):
    """The operator closed the station: nobody starts there any more."""


class StationHidden(DomainError, code="station_hidden"):
    """The station is not shown to drivers, and nobody may start there."""


class StationShut(DomainError, code="station_shut"):
    """It is outside the station's opening hours. Data: opens (in words), where that is known."""


class StationInUse(DomainError, code="station_in_use"):
    """The station cannot be closed while sessions live there. Data: sessions."""


class StationNotFound(DomainError, code="station_not_found"):
    """No station has this number, or it is not visible."""


class PileNotFound(DomainError, code="pile_not_found"):
    """No pile has this number."""


class PileNumberTaken(DomainError, code="pile_number_taken"):
    """A pile with this number is there already, or one that drivers could not tell from it. Data: pile_no."""


class PileBusy(DomainError, code="pile_busy"):
    """A charge runs at the pile, or waits for its record: it can be neither moved nor taken away."""


class PileHasCharged(DomainError, code="pile_has_charged"):
    """The pile has charged: its guns and its past stay, it can only be retired."""


class PileRetired(DomainError, code="pile_retired"):
    """The pile is retired and nothing of it changes any more."""


class SheetUnreadable(DomainError, code="sheet_unreadable"):
    """An uploaded sheet is no xlsx or csv that can be taken. Data: reason."""


class OperatorNumberTaken(DomainError, code="operator_number_taken"):
    """Another operator has this number."""


class OperatorNumberFixed(DomainError, code="operator_number_fixed"):
    """Drivers have charged there: its accounts in the ledger bear its number."""


class OperatorIsPlatform(DomainError, code="operator_is_platform"):
    """The platform's own operator cannot be disabled."""


class PolicyOutOfRange(DomainError, code="policy_out_of_range"):
    """A value of the policy cannot be so, or is the platform's alone. Data: name, unit, low, high, step."""


class AgreementNotFound(DomainError, code="agreement_not_found"):
    """No text has this number, or it is not the caller's."""


class AgreementPublished(DomainError, code="agreement_published"):
    """A published text is never edited; a new version is drafted instead."""


class AgreementDraftExists(DomainError, code="agreement_draft_exists"):
    """A draft of this text is there already. Data: agreement_no."""


class OperatorNotFound(DomainError, code="operator_not_found"):
    """No operator has this number, or not one whom the caller may see."""
