"""The generated company, without a database."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from api.demo.company import generate
from api.demo.places import MUNICIPALITIES
from api.demo.rows import Batch, Row
from domain.call_plans.models import CallPlan
from domain.call_plans.rules import periods
from domain.customers.opening_hours import open_spans
from domain.geo.polygons import contains, read_multipolygon
from domain.geo.rules import Position, distance_m
from domain.observations.rules import check_says_something
from domain.people.permissions import Role
from domain.surveys.rules import problems_of
from domain.surveys.schemas import QuestionSchema
from domain.tasks.rules import task_id
from domain.visits.rules import VisitOutcome, VisitStatus
from domain.work_orders.rules import TAKES_TIME, derived_status, missing_skills, move_appointment
from domain.working_time.rules import shifts_on

VADUZ = ZoneInfo("Europe/Vaduz")
WEDNESDAY = datetime(2026, 11, 25, 13, 50, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 22, 1, 50, tzinfo=UTC)
ACTIONS = {
    "scheduled": "assign",
    "dispatched": "dispatch",
    "accepted": "accept",
    "traveling": "travel",
    "in_progress": "start",
    "completed": "complete",
    "cannot_complete": "cannot_complete",
    "no_show": "no_show",
    "canceled": "cancel",
}


def company(now: datetime, *, scale: int = 1, seed: int = 1) -> Batch:
    """All rows by table."""
    tables: Batch = defaultdict(list)
    for batch in generate(scale=scale, seed=seed, now=now, password_hash="hash"):
        for table, rows in batch.items():
            tables[table] += rows
    return tables


@pytest.fixture(scope="module", params=[WEDNESDAY, SUNDAY], ids=["wednesday", "sunday"])
def now(request: pytest.FixtureRequest) -> datetime:
    moment: datetime = request.param
    return moment


@pytest.fixture(scope="module")
def tables(now: datetime) -> Batch:
    return company(now)


def by_id(rows: list[Row]) -> dict[UUID, Row]:
    return {row["id"]: row for row in rows}


def local_day(moment: datetime) -> Any:
    return moment.astimezone(VADUZ).date()


def test_it_is_as_large_as_it_should_be(tables: Batch):
    counts = {name: len(rows) for name, rows in tables.items()}
    assert (counts["accounts"], counts["sites"], counts["assets"]) == (400, 600, 900)
    assert (counts["products"], counts["prices"], counts["product_categories"]) == (250, 250, 12)
    assert Counter(role for user in tables["users"] for role in user["roles"]) == {
        Role.REP: 6,
        Role.TECHNICIAN: 8,
        Role.DISPATCHER: 2,
        Role.MANAGER: 1,
        Role.ADMIN: 1,
    }


def test_the_eleven_municipalities_form_two_areas(tables: Batch):
    territories = by_id(tables["territories"])
    roots = {row["name"] for row in territories.values() if row["parent_id"] is None}
    assert roots == {"Oberland", "Unterland"}
    assert sorted(row["name"] for row in territories.values() if row["parent_id"]) == [
        "Balzers",
        "Eschen",
        "Gamprin",
        "Mauren",
        "Planken",
        "Ruggell",
        "Schaan",
        "Schellenberg",
        "Triesen",
        "Triesenberg",
        "Vaduz",
    ]
    assert all(row["area_id"] == (row["parent_id"] or row["id"]) for row in territories.values())
    in_municipality = Counter(territories[account["territory_id"]]["name"] for account in tables["accounts"])
    assert in_municipality == {place.name: place.accounts for place in MUNICIPALITIES}


def test_every_login_is_there(tables: Batch):
    logins = {user["email"].partition("@")[0] for user in tables["users"]}
    assert logins == {
        *(f"rep{number}" for number in range(1, 7)),
        *(f"tech{number}" for number in range(1, 9)),
        "dispatch1",
        "dispatch2",
        "manager1",
        "admin1",
    }
    assert {user["email"].partition("@")[2] for user in tables["users"]} == {"demo.example"}


def test_the_reps_cover_every_municipality(tables: Batch):
    reps = {user["id"] for user in tables["users"] if user["roles"] == [Role.REP]}
    covered = Counter(row["territory_id"] for row in tables["memberships"] if row["user_id"] in reps)
    municipalities = {row["id"] for row in tables["territories"] if row["parent_id"]}
    assert set(covered) == municipalities
    assert set(Counter(row["user_id"] for row in tables["memberships"] if row["user_id"] in reps).values()) == {1, 2, 3}


def test_names_and_numbers_are_unique(tables: Batch):
    for table, column in [
        ("accounts", "name"),
        ("accounts", "number"),
        ("products", "sku"),
        ("products", "name"),
        ("orders", "number"),
        ("quotes", "number"),
        ("agreements", "number"),
        ("work_orders", "number"),
        ("assets", "serial_number"),
    ]:
        values = [row[column] for row in tables[table]]
        assert len(set(values)) == len(values), (table, column)


def test_the_number_series_go_on_where_the_numbers_end(tables: Batch):
    series = {row["name"]: row["next_value"] for row in tables["number_series"]}
    for name, table in [
        ("AC", "accounts"),
        ("SO", "orders"),
        ("QU", "quotes"),
        ("AG", "agreements"),
        ("WO", "work_orders"),
    ]:
        assert max(row["number"] for row in tables[table]) == f"{name}-{series[name] - 1}"


def test_orders_are_numbered_in_the_order_in_which_they_were_placed(tables: Batch):
    by_number = sorted(tables["orders"], key=lambda order: order["number"])
    assert [order["placed_at"] for order in by_number] == sorted(order["placed_at"] for order in by_number)


def test_sites_lie_in_their_villages(tables: Batch):
    spots = {place.name: place.spots for place in MUNICIPALITIES}
    for site in tables["sites"]:
        here = Position(lat=site["latitude"], lng=site["longitude"])
        distances = [
            distance_m(here, Position(lat=spot.lat, lng=spot.lng)) - spot.radius_m
            for spot in spots[site["address"]["city"]]
        ]
        assert min(distances) < 5


def test_totals_are_right(tables: Batch):
    lines: dict[UUID, list[Row]] = defaultdict(list)
    for line in tables["order_lines"]:
        lines[line["order_id"]].append(line)
    prices = {price["product_id"]: price["amount_minor"] for price in tables["prices"]}
    for order in tables["orders"]:
        its_lines = lines[order["id"]]
        assert order["total_minor"] == sum(line["quantity"] * prices[line["product_id"]] for line in its_lines) > 0
        assert [line["line_no"] for line in its_lines] == list(range(1, len(its_lines) + 1))


def test_an_accepted_quote_is_what_was_ordered(tables: Batch):
    accepted = {quote["id"]: quote for quote in tables["quotes"] if quote["status"] == "accepted"}
    ordered = {order["quote_id"]: order for order in tables["orders"] if order.get("quote_id")}
    assert accepted.keys() == ordered.keys() != set()
    for quote_id, order in ordered.items():
        quote = accepted[quote_id]
        assert (quote["account_id"], quote["total_minor"]) == (order["account_id"], order["total_minor"])
        assert quote["written_at"] < order["placed_at"] == quote["closed_at"]
        assert order["placed_at"].date() <= quote["valid_until_on"]


def test_there_are_open_quotes_and_expiring_agreements(tables: Batch, now: datetime):
    today = local_day(now)
    still_open = [quote for quote in tables["quotes"] if quote["status"] == "open"]
    assert len(still_open) > 10
    assert all(quote["valid_until_on"] >= today for quote in still_open)
    expiring = [
        agreement
        for agreement in tables["agreements"]
        if not agreement["renewed_by_id"] and agreement["ends_on"] < today + timedelta(days=60)
    ]
    assert len(expiring) > 3
    assert all(agreement["starts_on"] < agreement["ends_on"] for agreement in tables["agreements"])


def test_orders_of_visits_fit_their_visits(tables: Batch):
    visits = by_id(tables["visits"])
    ordered = {order["visit_id"] for order in tables["orders"] if order["visit_id"]}
    assert ordered == {visit["id"] for visit in visits.values() if visit["outcome"] == VisitOutcome.ORDER}
    for order in tables["orders"]:
        if order["visit_id"]:
            visit = visits[order["visit_id"]]
            assert (order["account_id"], order["placed_by_id"]) == (visit["account_id"], visit["rep_id"])
            assert visit["checked_in_at"] < order["placed_at"] < visit["completed_at"]


def test_every_rep_has_five_to_eight_visits_on_a_working_day_and_today(tables: Batch, now: datetime):
    per_day = Counter((visit["rep_id"], local_day(visit["planned_start_at"])) for visit in tables["visits"])
    assert {5, 6, 7, 8} == set(per_day.values())
    today = local_day(now)
    monday = today - timedelta(days=today.weekday())
    for day in {today, *(monday + timedelta(days=number) for number in range(5))}:
        assert sum(1 for _, its_day in per_day if its_day == day) == 6


def test_most_visits_are_of_the_call_cycle_and_once_in_their_period(tables: Batch):
    plans = by_id(tables["call_plans"])
    of_cycle = [visit for visit in tables["visits"] if visit["call_plan_id"]]
    assert 0.6 < len(of_cycle) / len(tables["visits"]) < 0.9
    served = Counter((visit["call_plan_id"], visit["account_id"], visit["call_period_on"]) for visit in of_cycle)
    assert set(served.values()) == {1}
    for visit in of_cycle:
        plan = CallPlan(**plans[visit["call_plan_id"]])
        day = local_day(visit["planned_start_at"])
        [period] = [one for one in periods(plan, first=day, last=day) if one.begins_on == visit["call_period_on"]]
        assert period.first <= day <= period.last
        assert visit["duration_min"] == plan.duration_min


def test_visits_of_the_call_cycle_find_the_customer_there_and_the_rep_at_work(tables: Batch):
    sites = by_id(tables["sites"])
    shifts = {week["user_id"]: week["shifts"] for week in tables["working_weeks"]}
    for visit in tables["visits"]:
        start = visit["planned_start_at"].astimezone(VADUZ)
        begins = start.hour * 60 + start.minute
        ends = begins + visit["duration_min"]
        if visit["call_plan_id"]:
            hours = open_spans(sites[visit["site_id"]]["opening_hours"], day=start.date(), country="LI")
            for spans in (hours, shifts_on(start.date(), shifts=shifts[visit["rep_id"]])):
                assert any(opens <= begins and ends <= closes for opens, closes in spans)


def test_nobody_is_planned_on_days_on_which_they_are_away(tables: Batch):
    assert {day["user_id"] for day in tables["absences"]} & {visit["rep_id"] for visit in tables["visits"]}
    taken = [(visit["rep_id"], local_day(visit["planned_start_at"])) for visit in tables["visits"]]
    taken += [(row["technician_id"], local_day(row["starts_at"])) for row in tables["appointments"] if row["starts_at"]]
    for user_id, day in taken:
        for absence in tables["absences"]:
            assert absence["user_id"] != user_id or not absence["starts_on"] <= day <= absence["ends_on"]


def test_answers_fit_the_version_that_was_asked(tables: Batch):
    questions = {(row["survey_id"], row["number"]): row["questions"] for row in tables["survey_versions"]}
    assert {number for _, number in questions} == {1, 2}
    for answer in tables["survey_answers"]:
        assert problems_of(questions[answer["survey_id"], answer["survey_version"]], answer["answers"]) == {}
    assert {(row["survey_id"], row["survey_version"]) for row in tables["survey_answers"]} == set(questions)


def test_questions_and_observations_are_as_the_app_would_send_them(tables: Batch):
    for version in tables["survey_versions"]:
        assert QuestionSchema(many=True).load(version["questions"]) == version["questions"]
    for seen in tables["observations"]:
        check_says_something(**{name: seen[name] for name in ("kind", "product_id", "product", "competitor")})


def test_a_follow_up_is_a_task_and_old_ones_are_done(tables: Batch, now: datetime):
    visits, task_rules = by_id(tables["visits"]), by_id(tables["task_rules"])
    by_rule = [task for task in tables["tasks"] if task["rule_id"]]
    assert {task["source_id"] for task in by_rule} == {
        visit["id"] for visit in visits.values() if visit["outcome"] in {"follow_up", "not_available"}
    }
    for task in by_rule:
        assert task["id"] == task_id(rule_id=task["rule_id"], source_id=task["source_id"])
        assert task_rules[task["rule_id"]]["outcome"] == visits[task["source_id"]]["outcome"]
    assert 0.02 < sum(task["done_at"] is None for task in by_rule) / len(by_rule) < 0.2
    assert len([task for task in tables["tasks"] if not task["rule_id"]]) == 18


def test_every_site_lies_in_the_polygon_of_its_municipality_alone(tables: Batch):
    territories = by_id(tables["territories"])
    municipalities = [territory for territory in territories.values() if territory["parent_id"]]
    territory_of = {account["id"]: account["territory_id"] for account in tables["accounts"]}
    for territory in territories.values():
        assert read_multipolygon(territory["polygon"]) == territory["polygon"]
    for site in tables["sites"]:
        place = Position(lat=site["latitude"], lng=site["longitude"])
        around = [territory["id"] for territory in municipalities if contains(territory["polygon"], place)]
        assert around == [territory_of[site["account_id"]]]
        assert contains(territories[territories[around[0]]["parent_id"]]["polygon"], place)


def test_past_visits_are_over_and_today_is_open(tables: Batch, now: datetime):
    past = [visit for visit in tables["visits"] if local_day(visit["planned_start_at"]) < local_day(now)]
    assert {visit["status"] for visit in past} == {VisitStatus.COMPLETED, VisitStatus.MISSED, VisitStatus.CANCELED}
    todays = [visit for visit in tables["visits"] if local_day(visit["planned_start_at"]) == local_day(now)]
    assert {visit["status"] for visit in todays} == {VisitStatus.PLANNED, VisitStatus.CONFIRMED}
    for visit in past:
        done = visit["status"] == VisitStatus.COMPLETED
        assert done == (visit["checked_in_at"] is not None) == (visit["completed_at"] is not None)
        assert done == (visit["outcome"] is not None) == (visit["notes"] is not None)
        assert (visit["status"] == VisitStatus.CANCELED) == (visit["cancel_reason"] is not None)


def test_nobody_is_at_two_customers_at_once(tables: Batch):
    taken: dict[UUID, list[tuple[datetime, datetime]]] = defaultdict(list)
    for visit in tables["visits"]:
        planned_end = visit["planned_start_at"] + timedelta(minutes=visit["duration_min"])
        taken[visit["rep_id"]].append((visit["planned_start_at"], planned_end))
    for appointment in tables["appointments"]:
        if appointment["technician_id"]:
            taken[appointment["technician_id"]].append((appointment["starts_at"], appointment["ends_at"]))
    for spans in taken.values():
        spans.sort()
        assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_every_technician_has_three_to_five_jobs_on_a_working_day_and_today(tables: Batch, now: datetime):
    planned = [row for row in tables["appointments"] if row["technician_id"]]
    per_day = Counter((row["technician_id"], local_day(row["starts_at"])) for row in planned)
    assert {3, 4, 5} == {number for (_, day), number in per_day.items() if day >= local_day(now)}
    assert sum(1 for _, day in per_day if day == local_day(now)) == 8
    todays = {row["status"] for row in planned if local_day(row["starts_at"]) == local_day(now)}
    assert {"accepted", "dispatched"} <= todays <= TAKES_TIME


def test_some_jobs_wait_for_a_technician(tables: Batch):
    waiting = [row for row in tables["appointments"] if row["status"] == "unscheduled"]
    work_orders = by_id(tables["work_orders"])
    assert len(waiting) == 15
    assert all(row["technician_id"] is row["starts_at"] is None for row in waiting)
    assert Counter(work_orders[row["work_order_id"]]["priority"] for row in waiting)["urgent"] == 3


def test_every_step_of_an_appointment_is_allowed_and_in_order(tables: Batch, now: datetime):
    steps: dict[UUID, list[Row]] = defaultdict(list)
    for step in sorted(tables["appointment_transitions"], key=lambda row: row["id"]):
        steps[step["appointment_id"]].append(step)
    for appointment in tables["appointments"]:
        first, *rest = steps[appointment["id"]]
        assert (first["from_status"], first["to_status"]) == (None, "unscheduled")
        status = "unscheduled"
        for step in rest:
            assert step["from_status"] == status
            status = move_appointment(status, ACTIONS[step["to_status"]])
        assert status == appointment["status"]
        times = [step["occurred_at"] for step in steps[appointment["id"]]]
        assert times == sorted(times)
        assert times[-1] <= now


def test_technicians_have_the_skills_for_their_jobs(tables: Batch):
    held: dict[UUID, dict[UUID, int]] = defaultdict(dict)
    for row in tables["user_skills"]:
        held[row["user_id"]][row["skill_id"]] = row["level"]
    work_orders = by_id(tables["work_orders"])
    for appointment in tables["appointments"]:
        if appointment["technician_id"]:
            needed = work_orders[appointment["work_order_id"]]["skills"]
            assert not missing_skills(needed, held[appointment["technician_id"]])


def test_work_orders_stand_where_their_appointments_say(tables: Batch):
    statuses: dict[UUID, list[str]] = defaultdict(list)
    for appointment in tables["appointments"]:
        statuses[appointment["work_order_id"]].append(appointment["status"])
    for work_order in tables["work_orders"]:
        derived = derived_status("open", statuses[work_order["id"]])
        if work_order["status"] == "closed":
            assert derived == "completed"
            assert work_order["closed_at"]
        elif work_order["status"] == "canceled":
            assert "canceled" in statuses[work_order["id"]]
            assert work_order["cancel_reason"]
        else:
            assert work_order["status"] == derived


def test_completed_jobs_have_notes_and_many_have_parts(tables: Batch):
    completed = {row["id"] for row in tables["appointments"] if row["status"] == "completed"}
    with_parts = {row["appointment_id"] for row in tables["appointment_parts"]}
    assert with_parts <= completed
    assert len(with_parts) > len(completed) / 3
    assert all(row["notes"] for row in tables["appointments"] if row["id"] in completed)


def test_a_dispatched_job_is_an_unread_notice(tables: Batch):
    statuses = {str(row["id"]): row["status"] for row in tables["appointments"]}
    unread = {row["params"]["appointment_id"] for row in tables["notices"] if row["read_at"] is None}
    assert unread == {appointment_id for appointment_id, status in statuses.items() if status == "dispatched"} != set()


def test_nothing_that_happened_lies_in_the_future(tables: Batch, now: datetime):
    happened = ("created_at", "updated_at", "placed_at", "canceled_at", "confirmed_at", "checked_in_at", "completed_at")
    happened += ("dispatched_at", "accepted_at", "started_at", "finished_at", "closed_at", "occurred_at", "recorded_at")
    for table, rows in tables.items():
        for row in rows:
            assert all(row[name] <= now for name in happened if row.get(name)), (table, row)


def test_the_same_seed_gives_the_same_company():
    assert company(WEDNESDAY) == company(WEDNESDAY)
    other = company(WEDNESDAY, seed=2)
    assert [row["name"] for row in other["accounts"]] != [row["name"] for row in company(WEDNESDAY)["accounts"]]


def test_a_scale_of_two_is_two_branches():
    tables = company(WEDNESDAY, scale=2)
    assert len(tables["accounts"]) == 800
    assert len(tables["products"]) == 250
    assert {"rep12@demo.example", "tech16@demo.example", "dispatch4@demo.example"} <= {
        u["email"] for u in tables["users"]
    }
    assert len({user["email"] for user in tables["users"]}) == len(tables["users"])
    assert len({row["id"] for rows in tables.values() for row in rows if "id" in row}) == sum(
        len(rows) for name, rows in tables.items() if name != "number_series"
    )
