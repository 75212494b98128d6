"""Territories and who is a member of them when."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Index, and_, false
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from domain.kernel.model import Record, Row, refers_to
from domain.territories.rules import Placing


class Territory(Record):
    """An area in a tree. `area_id` is its root, itself for a root."""

    __tablename__ = "territories"
    __table_args__ = (refers_to("territories", "parent_id"), Index("ix_territories_area", "org_id", "area_id"))

    name: Mapped[str]
    parent_id: Mapped[UUID | None]
    area_id: Mapped[UUID]
    polygon: Mapped[dict[str, Any] | None]
    """GeoJSON MultiPolygon."""
    new_accounts: Mapped[str] = mapped_column(default=Placing.BY_HAND, server_default=Placing.BY_HAND)
    """What becomes of accounts that are put here, while there are territories below."""

    members: Mapped[list["Membership"]] = relationship(
        primaryjoin=lambda: and_(
            Territory.org_id == Membership.org_id, Territory.id == foreign(Membership.territory_id)
        ),
        lazy="raise_on_sql",
        cascade="all, delete-orphan",
        order_by=lambda: Membership.id,
        back_populates="territory",
    )


class Membership(Row):
    """A person works in a territory, and in all below it, from a date to a date (both included).

    One of its reps owns its accounts on a day.
    """

    __tablename__ = "memberships"
    __table_args__ = (
        refers_to("territories", "territory_id"),
        refers_to("users", "user_id"),
        Index("ix_memberships_user", "org_id", "user_id"),
    )

    territory_id: Mapped[UUID]
    user_id: Mapped[UUID]
    role: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    owner: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Owns the territory's accounts in that time. Of a territory's owners no two overlap: the database looks, too."""

    territory: Mapped[Territory] = relationship(
        primaryjoin=lambda: and_(
            Territory.org_id == Membership.org_id, Territory.id == foreign(Membership.territory_id)
        ),
        lazy="raise_on_sql",
        back_populates="members",
    )

    def sync_parent(self) -> Record | None:
        """A membership is part of its territory's document."""
        return self.territory
