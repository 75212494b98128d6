"""What holds for an agreement: no database, no clock."""

from datetime import date

from domain.kernel.errors import DomainError


class AgreementEndsBeforeStart(DomainError):
    """An agreement cannot end before it starts. Choose a later last day."""

    code, status, retryable = "agreement.ends_before_start", 422, False


class AgreementFixBeforeResponse(DomainError):
    """A fault cannot be mended before anybody has come. Give more hours for mending than for responding."""

    code, status, retryable = "agreement.fix_before_response", 422, False


class AgreementOfOtherAccount(DomainError):
    """An agreement is about one account. Choose sites, assets and a former agreement of that account."""

    code, status, retryable = "agreement.of_other_account", 422, False


class AgreementRenewedAlready(DomainError):
    """Another agreement renews this one already. Change that one."""

    code, status, retryable = "agreement.renewed_already", 409, False


class AgreementEndsLater(DomainError):
    """An agreement is ended on a day up to its last one. To prolong it, change its last day or renew it."""

    code, status, retryable = "agreement.ends_later", 422, False


def check(*, starts_on: date, ends_on: date, response_hours: int | None, fix_hours: int | None) -> None:
    """Check that an agreement makes sense as a whole.

    Raises:
        AgreementEndsBeforeStart: its last day is before its first.
        AgreementFixBeforeResponse: it promises to mend sooner than to respond.
    """
    if ends_on < starts_on:
        raise AgreementEndsBeforeStart(fields={"ends_on": [AgreementEndsBeforeStart.sentence()]})
    if response_hours is not None and fix_hours is not None and fix_hours < response_hours:
        raise AgreementFixBeforeResponse(fields={"fix_hours": [AgreementFixBeforeResponse.sentence()]})


def check_end(*, ends_on: date, at_present: date) -> None:
    """Check the day on which an agreement is ended that would end on `at_present`.

    Raises:
        AgreementEndsLater: the day is after that.
    """
    if ends_on > at_present:
        raise AgreementEndsLater(fields={"ends_on": [AgreementEndsLater.sentence()]})
