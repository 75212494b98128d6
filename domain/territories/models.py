"""Territories and who is a member of them when."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Index, and_
from sqlalchemy.orm import Mapped, foreign, relationship

from domain.kernel.model import Record, Row, refers_to


class Territory(Record):
    """An area in a tree. `area_id` is its root, itself for a root."""

    __tablename__ = "territories"
    __table_args__ = (refers_to("territories", "parent_id"), Index("ix_territories_area", "org_id", "area_id"))

    name: Mapped[str]
    parent_id: Mapped[UUID | None]
    area_id: Mapped[UUID]
    polygon: Mapped[dict[str, Any] | None]
    """GeoJSON MultiPolygon."""

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
    """A person works in a territory, and in all below it, from a date to a date (both included)."""

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
