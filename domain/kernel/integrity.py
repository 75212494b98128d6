"""Turns what the database refuses into errors that a person can act on."""

import psycopg
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnectionInTime
from sqlalchemy.orm.exc import StaleDataError

from domain.kernel.errors import DomainError, RecordExists, ReferenceNotFound

_UNIQUE, _FOREIGN_KEY = "23505", "23503"
_TRANSIENT = {"40001", "40P01", "55P03", "57014", "57P01", "57P02", "57P03", "53300", "25P03"}
"""Serialisation failure, deadlock, lock or statement timeout, server going away, too many connections, idle in
transaction.
"""


def as_domain_error(error: IntegrityError) -> DomainError:
    """Return the error that says which value exists already, or refers to nothing."""
    state = getattr(error.orig, "sqlstate", None)
    table = getattr(getattr(error.orig, "diag", None), "table_name", None)
    constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None) or ""
    what = constraint.removeprefix(f"uq_{table}_").removeprefix(f"fk_{table}_").removeprefix("org_id_")
    if state == _UNIQUE:
        field = "id" if constraint.startswith("pk_") else what
        return RecordExists(fields={field: ["Exists already."]})
    if state == _FOREIGN_KEY:
        return ReferenceNotFound()
    raise error


def is_transient(error: Exception) -> bool:
    """Tell whether the same statement may succeed if it is simply tried again."""
    if isinstance(error, StaleDataError | NoConnectionInTime):
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, psycopg.Error):
        return cause.sqlstate in _TRANSIENT or (isinstance(cause, psycopg.OperationalError) and cause.sqlstate is None)
    return False
