"""Human numbers such as `SO-100231`, given by the server.

The series is locked only at the very end of a transaction, so that phones pushing at the same time wait for each
other as briefly as possible.
"""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import BigInteger, Text, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from domain.kernel.model import Model
from domain.kernel.session import unit_of

FIRST_NUMBER = 100_001

_TAKE = text("""
    insert into number_series (org_id, name, next_value) values (:org_id, :name, :first + :count)
    on conflict (org_id, name) do update set next_value = number_series.next_value + :count
    returning next_value - :count
""")


class NumberSeries(Model):
    """The next number of a series of an organisation."""

    __tablename__ = "number_series"

    org_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    next_value: Mapped[int] = mapped_column(BigInteger)


def give_number(session: Session, *, series: str, receive: Callable[[str], None]) -> None:
    """Call `receive` with the next number of `series` (its prefix, such as `SO`) just before the commit."""
    unit = unit_of(session)
    if not unit.numbers:
        unit.before_commit.append(_give_numbers)
    unit.numbers.setdefault(series, []).append(receive)


def _give_numbers(session: Session) -> None:
    unit = unit_of(session)
    # Always in the same order, so that two transactions cannot wait for each other.
    for series, waiting in sorted(unit.numbers.items()):
        parameters = {"org_id": session.info["org_id"], "name": series, "first": FIRST_NUMBER, "count": len(waiting)}
        with session.no_autoflush:
            first = session.execute(_TAKE, parameters).scalar_one()
        for offset, receive in enumerate(waiting):
            receive(f"{series}-{first + offset}")
    unit.numbers.clear()
