"""Surveys, their versions and the answers."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, and_
from sqlalchemy.orm import Mapped, foreign, relationship

from domain.kernel.model import Record, Row, refers_to


class Survey(Record):
    """Questions for visits. `account_classes` and `purposes` say for which ones; empty lists mean all."""

    __tablename__ = "surveys"

    name: Mapped[str]
    status: Mapped[str]
    account_classes: Mapped[list[str]]
    purposes: Mapped[list[str]]
    published_at: Mapped[datetime | None]

    versions: Mapped[list["SurveyVersion"]] = relationship(
        primaryjoin=lambda: and_(Survey.org_id == SurveyVersion.org_id, Survey.id == foreign(SurveyVersion.survey_id)),
        lazy="raise_on_sql",
        cascade="all, delete-orphan",
        order_by=lambda: SurveyVersion.number,
        back_populates="survey",
    )


class SurveyVersion(Row):
    """The questions as they were published. It never changes."""

    __tablename__ = "survey_versions"
    __table_args__ = (
        refers_to("surveys", "survey_id", ondelete="CASCADE"),
        UniqueConstraint("org_id", "survey_id", "number"),
    )

    survey_id: Mapped[UUID]
    number: Mapped[int]
    questions: Mapped[list[dict[str, Any]]]
    published_at: Mapped[datetime]

    survey: Mapped[Survey] = relationship(
        primaryjoin=lambda: and_(Survey.org_id == SurveyVersion.org_id, Survey.id == foreign(SurveyVersion.survey_id)),
        lazy="raise_on_sql",
        back_populates="versions",
    )

    def sync_parent(self) -> Record | None:
        """A version is part of its survey's document."""
        return self.survey


class SurveyAnswer(Record):
    """What somebody answered at a visit. `answers` is question id → answer, `survey_version` what was asked."""

    __tablename__ = "survey_answers"
    __table_args__ = (
        refers_to("surveys", "survey_id"),
        refers_to("visits", "visit_id"),
        refers_to("accounts", "account_id"),
        refers_to("users", "answered_by_id"),
        Index("ix_survey_answers_survey", "org_id", "survey_id", "occurred_at"),
        Index("ix_survey_answers_visit", "org_id", "visit_id"),
        Index("ix_survey_answers_account", "org_id", "account_id"),
    )

    survey_id: Mapped[UUID]
    survey_version: Mapped[int]
    visit_id: Mapped[UUID]
    account_id: Mapped[UUID]
    answers: Mapped[dict[str, Any]]
    answered_by_id: Mapped[UUID]
    occurred_at: Mapped[datetime]
    corrected_at: Mapped[datetime | None]
