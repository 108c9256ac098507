# ruff: noqa: N818 - a class is named as its code, which clients read
"""Of drivers and staff: who they are, how they come in, what they may grant."""

from backend.domain.errors.base import DomainError


class DriverDisabled(DomainError, code="driver_disabled"):
    """The driver is barred from starting sessions."""


class DriverFrozen(DomainError, code="driver_frozen"):
    """Staff froze the driver: no start, no prepayment, no top-up. Data: service_phone."""


class DriverNotDeletable(DomainError, code="driver_not_deletable"):
    """Money or energy of the driver is not done with. Data: obstacles."""


class DriverDeleted(DomainError, code="driver_deleted"):
    """The driver is gone; nothing is done to them any more."""


class InvalidLoginCode(DomainError, code="invalid_login_code"):
    """The login code of the mini-program platform was refused or is used up."""


class PhoneDiffers(DomainError, code="phone_differs"):
    """The number that was proven is not the one that is bound, or not for long enough to answer for money."""


class WrongCredentials(DomainError, code="wrong_credentials"):
    """Name or password is wrong, or the account is locked for a while; which one is not said."""


class AccountDisabled(DomainError, code="account_disabled"):
    """A staff account was disabled."""


class SecondFactorNeeded(DomainError, code="second_factor_needed"):
    """The password was right; a code of the second factor has to come with it."""


class WrongSecondFactor(DomainError, code="wrong_second_factor"):
    """The code is wrong, over, or was used before."""


class SecondFactorUnavailable(DomainError, code="second_factor_unavailable"):
    """The platform has no key for second factors, or another than this one was made with."""


class SecondFactorExists(DomainError, code="second_factor_exists"):
    """There is one already; it is given up first, with a code of it."""


class WrongCurrentPassword(DomainError, code="wrong_current_password"):
    """Who is logged in typed their own password wrongly, or too often."""


class WeakPassword(DomainError, code="weak_password"):
    """A chosen password is too easy to guess. Data: reason."""


class BeginLinkInvalid(DomainError, code="begin_link_invalid"):
    """The link to the first administrator is over, was replaced, or never was one."""


class AlreadyBegun(DomainError, code="already_begun"):
    """There is a super administrator, so that nobody becomes the first."""


class StaffNotFound(DomainError, code="staff_not_found"):
    """No member of staff has this id, or not one whom the caller may see."""


class RoleNotFound(DomainError, code="role_not_found"):
    """No role has this id, or it is not the caller's to use."""


class LogInNotFound(DomainError, code="log_in_not_found"):
    """No log-in of this person has this id, or it is over."""


class AccountTaken(DomainError, code="account_taken"):
    """Somebody has this account already."""


class RoleNameTaken(DomainError, code="role_name_taken"):
    """The operator has a role of this name already."""


class RoleInUse(DomainError, code="role_in_use"):
    """Somebody has the role. Data: staff_count."""


class BeyondOwnRights(DomainError, code="beyond_own_rights"):
    """Nobody grants, or takes from somebody, what they do not have themselves."""


class LastSuperAdministrator(DomainError, code="last_super_administrator"):
    """Afterwards nobody could do everything."""


class NotYourself(DomainError, code="not_yourself"):
    """Somebody else has to do this to one's own account."""


class DriverNotFound(DomainError, code="driver_not_found"):
    """No driver has this number, or drivers' money is not the caller's to see."""
