"""Base of all tables. Every row belongs to one organisation: `org_id` leads its primary key and every foreign key."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    MetaData,
    Text,
    Uuid,
    any_,
    bindparam,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Model(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {
        datetime: DateTime(timezone=True),
        UUID: Uuid(),
        str: Text(),
        dict[str, Any]: JSONB(none_as_null=True),
        list[dict[str, Any]]: JSONB(none_as_null=True),
        list[str]: JSONB(none_as_null=True),
    }


class Row(Model):
    """A row of an organisation, such as a line of an order. `Record` adds what a record of its own needs."""

    __abstract__ = True

    org_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-10)
    id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-9)

    def sync_parent(self) -> "Record | None":
        """Return the record whose document this row is part of, or None. A change here is a change there."""
        return None


class Record(Row):
    """A record with an identity of its own. `version` counts its writes and is checked at each one."""

    __abstract__ = True

    version: Mapped[int] = mapped_column(BigInteger, default=1, sort_order=-8)
    created_at: Mapped[datetime] = mapped_column(sort_order=90)
    updated_at: Mapped[datetime] = mapped_column(sort_order=91)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


def refers_to(table: str, column: str, *, ondelete: str | None = None) -> ForeignKeyConstraint:
    """Return the foreign key `(org_id, column)` → `table`, so that a row can only refer to its own organisation.

    Checked at commit: what a phone made in one batch may be written in any order.
    """
    return ForeignKeyConstraint(
        ["org_id", column], [f"{table}.org_id", f"{table}.id"], ondelete=ondelete, deferrable=True, initially="DEFERRED"
    )


class _Ids(ARRAY[UUID]):
    """An array of ids, written out here: the driver would search each of them for what needs escaping."""

    cache_ok = True

    def bind_processor(self, _dialect: Dialect) -> Callable[[Sequence[UUID]], str]:  # type: ignore[override]
        """Return what writes it."""
        return lambda ids: f"{{{','.join(map(str, ids))}}}"


def any_of(ids: Iterable[UUID]) -> Any:
    """Return what a column `==` if it is one of these: one parameter, so that the statement stays the same."""
    return any_(bindparam(None, list(ids), type_=_Ids(Uuid()), unique=True))


def any_of_given(name: str) -> Any:
    """Return what a column `==` if it is one of the ids that come as the parameter `name`."""
    return any_(bindparam(name, type_=_Ids(Uuid())))
