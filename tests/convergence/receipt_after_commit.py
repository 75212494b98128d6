"""A bug that `serve.py` plants in its own process: receipts are written after the effect was committed."""

from sqlalchemy import event
from sqlalchemy.orm import Session

from domain.kernel.command import Registry
from domain.kernel.session import Unit, unit_of
from sync import change_log


def plant() -> None:
    """From now on, write the receipts in a second transaction."""
    write_all = change_log.write

    def write_without_receipts(session: Session, registry: Registry) -> None:
        unit = unit_of(session)
        if not unit.changed or session.info.get("second"):
            write_all(session, registry)
            return
        receipts, unit.receipts = unit.receipts, []
        write_all(session, registry)

        def write_receipts(_session: Session) -> None:
            with type(session)(bind=session.get_bind()) as second:
                second.info.update(session.info, unit=Unit(receipts=receipts), second=True)
                second.connection()
                second.commit()

        event.listen(session, "after_commit", write_receipts, once=True)

    change_log.write = write_without_receipts
