"""What an account can be."""

from enum import StrEnum


class AccountKind(StrEnum):
    """What the account is to the organisation."""

    END_CUSTOMER = "end_customer"
    DEALER = "dealer"
    DISTRIBUTOR = "distributor"
    PARTNER = "partner"


class AccountClass(StrEnum):
    """How much attention the account gets."""

    A = "A"
    B = "B"
    C = "C"


class AccountStatus(StrEnum):
    """Whether one still does business with the account."""

    ACTIVE = "active"
    INACTIVE = "inactive"
