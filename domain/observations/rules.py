"""What can be observed."""

from enum import StrEnum

from domain.kernel.errors import DomainError


class ObservationKind(StrEnum):
    """What was looked at."""

    COMPETITOR = "competitor"
    SHELF = "shelf"


class ObservationEmpty(DomainError):
    """Nothing is said of what was seen. Name the product or, of a competitor, who it is."""

    code, status, retryable = "observation.empty", 422, False


def check_says_something(*, kind: str, product_id: object, product: str | None, competitor: str | None) -> None:
    """Check that it can be told later what was seen.

    Raises:
        ObservationEmpty: no product is named and, of a competitor, no name either.
    """
    if not (product_id or product or (kind == ObservationKind.COMPETITOR and competitor)):
        raise ObservationEmpty(fields={"product": ["Say what you saw."]})
