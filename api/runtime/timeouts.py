"""After how long the database gives up, so that nothing that hangs holds up the rest."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Timeouts:
    """After how many seconds the database gives a statement, a lock or an idle transaction up. 0 means never.

    What it gives up is transient: the caller is told to come again, and a push answers `retry`.
    """

    statement_s: int = 15
    lock_s: int = 10
    idle_transaction_s: int = 30

    @property
    def options(self) -> str:
        """As PostgreSQL reads them when a connection begins."""
        return (
            f"-c statement_timeout={self.statement_s}s -c lock_timeout={self.lock_s}s"
            f" -c idle_in_transaction_session_timeout={self.idle_transaction_s}s"
        )


NO_STATEMENT_TIMEOUT = Timeouts(statement_s=0)
"""For an operator's command, which may have a whole organisation to read."""
