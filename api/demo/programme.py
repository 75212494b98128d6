"""What the company wants of its people: call plans, surveys, and the tasks that follow by rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from api.demo import catalogue, words
from api.demo.customers import Customers, Place
from api.demo.rows import Batch, Maker, Person, Row
from domain.call_plans.models import CallPlan

OWN_PLANS_OF_A_REP = 2


@dataclass(frozen=True, kw_only=True)
class Questionnaire:
    """A survey that reps answer at accounts of some classes: its versions, the newest last."""

    survey: Row
    versions: Sequence[Row]


@dataclass(frozen=True, kw_only=True)
class Programme:
    """What counts for the whole company."""

    plan_of_class: dict[str, CallPlan]
    questionnaires: Sequence[Questionnaire]
    rules: Sequence[Row]
    """For tasks."""


def make_programme(maker: Maker, founded_at: datetime) -> tuple[Programme, Batch]:
    """Return what counts for the whole company, and its rows."""
    started_on = maker.today - timedelta(days=364 + maker.today.weekday())
    plans = [
        _call_plan(
            maker,
            founded_at,
            name=f"Class {account_class}",
            account_class=account_class,
            every_weeks=every_weeks,
            duration_min=duration_min,
            purpose=purpose,
            starts_on=started_on,
        )
        for account_class, every_weeks, duration_min, purpose in words.CALL_PLANS
    ]
    questionnaires = [_questionnaire(maker, founded_at, number) for number in range(len(words.SURVEYS))]
    rules = [
        maker.record(
            founded_at,
            trigger=trigger,
            outcome=outcome,
            title=title,
            due_in_days=days,
            assign_to=assign_to,
            active=active,
        )
        for trigger, outcome, title, days, assign_to, active in words.TASK_RULES
    ]
    programme = Programme(
        plan_of_class={plan["account_class"]: CallPlan(**plan) for plan in plans},
        questionnaires=questionnaires,
        rules=rules,
    )
    return programme, {
        "call_plans": plans,
        "surveys": [one.survey for one in questionnaires],
        "survey_versions": [version for one in questionnaires for version in one.versions],
        "task_rules": rules,
    }


def make_own_plans(maker: Maker, *, reps: list[Person], customers: Customers) -> list[Row]:
    """Return call plans for single accounts: two of each rep that want a time of their own."""
    made_at = maker.now - timedelta(days=200)
    taken: set[UUID] = set()
    plans = []
    for rep in reps:
        wanting = [
            place
            for place in customers.places
            if place.municipality.name in rep.territories
            and place.account["account_class"] == "A"
            and place.account["id"] not in taken
            and place.trade.machines[0] == catalogue.COFFEE_MACHINES
            and place.account["created_at"] < made_at
        ]
        for number, place in enumerate(_different_accounts(wanting)[:OWN_PLANS_OF_A_REP]):
            taken.add(place.account["id"])
            plans.append(
                _call_plan(
                    maker,
                    made_at,
                    name=place.account["name"],
                    account_id=place.account["id"],
                    per_month=2,
                    weekdays=[["tu", "th"], ["we"]][number],
                    time_from="13:00" if number else "08:00",
                    time_to="17:00" if number else "12:00",
                    duration_min=60,
                    purpose="Tasting with the team",
                    starts_on=made_at.date(),
                )
            )
    return plans


def _different_accounts(places: list[Place]) -> list[Place]:
    return list({place.account["id"]: place for place in places}.values())


def _call_plan(maker: Maker, made_at: datetime, **values: Any) -> Row:
    plan: Row = {
        "account_id": None,
        "site_id": None,
        "account_class": None,
        "sales_from_minor": None,
        "sales_below_minor": None,
        "every_weeks": None,
        "per_month": None,
        "weekdays": [],
        "time_from": None,
        "time_to": None,
        "rep_id": None,
        "ends_on": None,
        "enabled": True,
    }
    return maker.record(made_at, **plan | values)


def _questionnaire(maker: Maker, founded_at: datetime, number: int) -> Questionnaire:
    """Return a survey. One of several versions got its last one a month ago."""
    name, classes, purposes, wordings = words.SURVEYS[number]
    survey = maker.record(
        founded_at,
        name=name,
        status="published" if wordings else "draft",
        account_classes=list(classes),
        purposes=list(purposes),
        published_at=founded_at if wordings else None,
    )
    ids = {text: str(maker.new_id(founded_at)) for wording in wordings for text, *_ in wording}
    versions = []
    for version, wording in enumerate(wordings, start=1):
        published_at = founded_at if version == 1 else maker.now - timedelta(days=30 * (len(wordings) - version + 1))
        questions = [
            {
                "id": ids[text],
                "text": text,
                "kind": kind,
                "required": required,
                "unit": unit,
                "min": least,
                "max": most,
                "options": list(options),
            }
            for text, kind, required, unit, least, most, options in wording
        ]
        versions.append(
            maker.row(
                published_at, survey_id=survey["id"], number=version, questions=questions, published_at=published_at
            )
        )
        survey |= {"published_at": published_at, "updated_at": published_at, "version": version + 1}
    return Questionnaire(survey=survey, versions=versions)
