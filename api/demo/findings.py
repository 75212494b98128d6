"""What the reps of one branch brought back from their visits: answers to surveys, observations, and tasks."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from api.demo import catalogue, words
from api.demo.programme import Programme
from api.demo.rows import CURRENCY, TIME_ZONE, Batch, Maker, Offer, Person, Row
from domain.people.rules import local_date
from domain.tasks import rules

_ANSWERED = 0.35
_OBSERVED = 0.2
_OWN_TASKS_OF_A_REP = 3
_SHELVES = (catalogue.COFFEE_BEANS, catalogue.CLEANING_AGENTS)


def make_findings(
    maker: Maker,
    *,
    reps: Sequence[Person],
    manager: Person,
    visits: Sequence[Row],
    accounts: Sequence[Row],
    programme: Programme,
    offer: Offer,
) -> Batch:
    """Return answers, observations and tasks."""
    class_of = {account["id"]: account["account_class"] for account in accounts}
    answers: list[Row] = []
    observations: list[Row] = []
    tasks: list[Row] = []
    for visit in visits:
        if visit["status"] != "completed":
            continue
        tasks += _tasks_by_rule(maker, visit, programme)
        if visit["outcome"] == "not_available":
            continue
        answers += _answers(maker, visit, class_of[visit["account_id"]], programme)
        if maker.likely(_OBSERVED):
            observations.append(_observation(maker, visit, offer))
    for rep in reps:
        mine = [visit for visit in visits if visit["rep_id"] == rep.id and visit["status"] == "planned"]
        tasks += (
            _own_task(maker, rep, manager, visit)
            for visit in maker.chance.sample(mine, min(_OWN_TASKS_OF_A_REP, len(mine)))
        )
    return {"survey_answers": answers, "observations": observations, "tasks": tasks}


def _answers(maker: Maker, visit: Row, account_class: str, programme: Programme) -> Iterator[Row]:
    occurred_at = visit["completed_at"] - timedelta(minutes=3)
    for questionnaire in programme.questionnaires:
        survey = questionnaire.survey
        asked = [version for version in questionnaire.versions if version["published_at"] <= occurred_at]
        fits = account_class in (survey["account_classes"] or (account_class,))
        fits = fits and visit["purpose"] in (survey["purposes"] or (visit["purpose"],))
        if asked and fits and maker.likely(_ANSWERED):
            yield maker.record(
                occurred_at,
                survey_id=survey["id"],
                survey_version=asked[-1]["number"],
                visit_id=visit["id"],
                account_id=visit["account_id"],
                answers=dict(_answers_to(maker, asked[-1]["questions"])),
                answered_by_id=visit["rep_id"],
                occurred_at=occurred_at,
                corrected_at=None,
            )


def _answers_to(maker: Maker, questions: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Any]]:
    chance = maker.chance
    for question in questions:
        match question["kind"]:
            case "text":
                answer: Any = chance.choice(words.SURVEY_TEXTS)
            case "number":
                most = question["max"]
                answer = chance.randint(3, most) if most <= 10 else 10 * chance.randint(3, 40)
            case "choice":
                [answer] = chance.choices(question["options"], (6, 2, 1, 1))
            case "choices":
                answer = chance.sample(question["options"], chance.randint(1, 3))
            case "yes_no":
                answer = maker.likely(0.8)
            case _:
                continue
        yield question["id"], answer


def _observation(maker: Maker, visit: Row, offer: Offer) -> Row:
    chance = maker.chance
    seen: Row = dict.fromkeys(("product_id", "product", "competitor", "price_minor", "facings", "note"))
    seen["out_of_stock"] = False
    if maker.likely(0.5):
        name, price = chance.choice(words.COMPETITOR_PRODUCTS)
        seen |= {
            "kind": "competitor",
            "competitor": chance.choice(words.COMPETITORS),
            "product": name,
            "price_minor": price + 10 * chance.randint(-20, 20),
            "note": chance.choice(words.COMPETITOR_NOTES),
        }
    else:
        product = chance.choice(offer.products[chance.choice(_SHELVES)])
        gone = maker.likely(0.2)
        seen |= {
            "kind": "shelf",
            "product_id": product["id"],
            "price_minor": offer.price_of[product["id"]],
            "facings": 0 if gone else chance.randint(1, 6),
            "out_of_stock": gone,
            "note": chance.choice(words.SHELF_NOTES),
        }
    occurred_at = visit["completed_at"] - timedelta(minutes=4)
    return maker.record(
        occurred_at,
        account_id=visit["account_id"],
        visit_id=visit["id"],
        currency=CURRENCY,
        observed_by_id=visit["rep_id"],
        occurred_at=occurred_at,
        **seen,
    )


def _tasks_by_rule(maker: Maker, visit: Row, programme: Programme) -> Iterator[Row]:
    for rule in programme.rules:
        if rule["active"] and rule["trigger"] == rules.Trigger.VISIT_COMPLETED and rule["outcome"] == visit["outcome"]:
            due_on = rules.due_on(
                day=local_date(visit["completed_at"], time_zone=TIME_ZONE.key), days=rule["due_in_days"]
            )
            task = _task(
                maker,
                visit["completed_at"],
                title=rule["title"],
                due_on=due_on,
                assignee_id=visit["rep_id"],
                account_id=visit["account_id"],
                source=str(rules.TaskSource.VISIT),
                source_id=visit["id"],
                rule_id=rule["id"],
            )
            task["id"] = rules.task_id(rule_id=rule["id"], source_id=visit["id"])
            # Hardly anything old is still open.
            done_at = visit["completed_at"] + maker.minutes(30, (rule["due_in_days"] + 1) * 24 * 60)
            if done_at < maker.now and maker.likely(0.97):
                task |= {"done_at": done_at, "done_by_id": visit["rep_id"], "updated_at": done_at, "version": 2}
            yield task


def _own_task(maker: Maker, rep: Person, manager: Person, visit: Row) -> Row:
    """Return a task for a visit to come: noted by the rep, or given by the manager."""
    return _task(
        maker,
        maker.now - maker.minutes(600, 6000),
        title=maker.chance.choice(words.OWN_TASKS),
        due_on=local_date(visit["planned_start_at"], time_zone=TIME_ZONE.key),
        assignee_id=rep.id,
        account_id=visit["account_id"],
        created_by_id=maker.chance.choice((rep.id, manager.id)),
    )


def _task(maker: Maker, made_at: datetime, **values: Any) -> Row:
    absent: Row = dict.fromkeys(("notes", "source", "source_id", "rule_id", "created_by_id", "done_at", "done_by_id"))
    return maker.record(made_at, **absent | values)
