"""Organisations, users, their skills and devices."""

import json
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text, UniqueConstraint, and_, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from domain.geo.rules import DEFAULT_DETOUR_FACTOR, DEFAULT_FAR_AWAY_M, DEFAULT_SPEEDS, Position, TravelProfile
from domain.kernel.model import Record, Row, refers_to


class Organisation(Record):
    """One company. Its `id` and `org_id` are the same."""

    __tablename__ = "organisations"

    name: Mapped[str]
    slug: Mapped[str] = mapped_column(Text, unique=True)
    currency: Mapped[str]
    country: Mapped[str]
    subdivision: Mapped[str | None]
    """The part of the country whose public holidays count, by ISO 3166-2 without the country: `SG` for St. Gallen."""
    time_zone: Mapped[str]
    language: Mapped[str]
    is_demo: Mapped[bool] = mapped_column(default=False)
    # The database has the defaults too, for older code that goes on while a new release is brought out.
    detour_factor: Mapped[float] = mapped_column(
        default=DEFAULT_DETOUR_FACTOR, server_default=str(DEFAULT_DETOUR_FACTOR)
    )
    speeds: Mapped[list[dict[str, Any]]] = mapped_column(
        default=DEFAULT_SPEEDS, server_default=json.dumps(DEFAULT_SPEEDS)
    )
    far_away_m: Mapped[int] = mapped_column(default=DEFAULT_FAR_AWAY_M, server_default=str(DEFAULT_FAR_AWAY_M))

    @property
    def travel_profile(self) -> TravelProfile:
        """How its people travel, where only the straight line is known."""
        return TravelProfile(detour_factor=self.detour_factor, speeds=self.speeds)


class Skill(Record):
    """Something that a job may need, at a level from 1 to 5."""

    __tablename__ = "skills"
    __table_args__ = (UniqueConstraint("org_id", "name"),)

    name: Mapped[str]


class User(Record):
    """A person who signs in."""

    __tablename__ = "users"
    __table_args__ = (
        Index("uq_users_email", "org_id", text("lower(email)"), unique=True),
        # Signing in looks an address up across organisations.
        Index("ix_users_email", text("lower(email)")),
    )

    name: Mapped[str]
    email: Mapped[str]
    phone: Mapped[str | None]
    roles: Mapped[list[str]]
    language: Mapped[str] = mapped_column(default="en")
    active: Mapped[bool] = mapped_column(default=True)
    password_hash: Mapped[str]
    home_latitude: Mapped[float | None]
    home_longitude: Mapped[float | None]

    skills: Mapped[list["UserSkill"]] = relationship(
        primaryjoin=lambda: and_(User.org_id == UserSkill.org_id, User.id == foreign(UserSkill.user_id)),
        lazy="raise_on_sql",
        cascade="all, delete-orphan",
        order_by=lambda: UserSkill.skill_id,
        back_populates="user",
    )

    @property
    def home(self) -> Position | None:
        """Where the person's day starts."""
        if self.home_latitude is None or self.home_longitude is None:
            return None
        return Position(lat=self.home_latitude, lng=self.home_longitude)

    @home.setter
    def home(self, position: Position | None) -> None:
        self.home_latitude = position.lat if position else None
        self.home_longitude = position.lng if position else None


class UserSkill(Row):
    """A skill that a person has."""

    __tablename__ = "user_skills"
    __table_args__ = (
        refers_to("users", "user_id", ondelete="CASCADE"),
        refers_to("skills", "skill_id"),
        UniqueConstraint("org_id", "user_id", "skill_id"),
    )

    user_id: Mapped[UUID]
    skill_id: Mapped[UUID]
    level: Mapped[int]

    user: Mapped[User] = relationship(
        primaryjoin=lambda: and_(User.org_id == UserSkill.org_id, User.id == foreign(UserSkill.user_id)),
        lazy="raise_on_sql",
        back_populates="skills",
    )

    def sync_parent(self) -> Record | None:
        """A skill is part of its person's document."""
        return self.user


class Revocation(StrEnum):
    """Why a device was revoked."""

    SIGNED_OUT = "signed_out"
    """By an admin, from another device, or because the person left: it hands in what it has, and deletes its data."""
    TOKEN_REUSED = "token_reused"  # noqa: S105 - no password
    """It may be the person's own that was copied, or a bad line: it deletes nothing, the person signs in again."""


class Device(Row):
    """One installation of the app."""

    __tablename__ = "devices"
    __table_args__ = (refers_to("users", "user_id", ondelete="CASCADE"), Index("ix_devices_user", "org_id", "user_id"))

    user_id: Mapped[UUID]
    name: Mapped[str]
    platform: Mapped[str]
    token_hash: Mapped[str | None]
    previous_token_hash: Mapped[str | None]
    rotated_at: Mapped[datetime | None]
    token_expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_because: Mapped[str | None]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]

    def revoke(self, *, at: datetime, because: Revocation = Revocation.SIGNED_OUT) -> None:
        """Sign this device out for good: no token of it gives access any more. A person's word overrules a guess."""
        if self.revoked_at is None or (because is Revocation.SIGNED_OUT and self.revoked_because != because):
            self.revoked_at, self.revoked_because = at, because
        self.sign_out()

    def sign_out(self) -> None:
        """End the device's tokens. What is unsent stays on it and can be sent after signing in again."""
        self.token_hash = self.previous_token_hash = None


class LoginAttempts(Row):
    """Failed sign-ins of one person, for the rate limit. `id` is the user's id."""

    __tablename__ = "login_attempts"
    __table_args__ = (refers_to("users", "id", ondelete="CASCADE"),)

    failures: Mapped[int]
    window_started_at: Mapped[datetime]
