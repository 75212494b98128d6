"""A rep's days planned by the route search: what moves, what stays, what is new, and why something has no place."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.call_plans.models import CallPlan
from domain.customers.opening_hours import open_spans
from domain.geo.distances import Degrees, Leg, Matrix, Source, StraightLines, Way
from domain.geo.rules import DEFAULT_PROFILE, Position
from domain.planning.generate import WRITE_UP_MIN, rank
from domain.planning.route_problem import windows_of
from domain.planning.routes import LeftOutReason, Proposal, propose
from domain.planning.stops import Day, Stop, StopKind
from domain.working_time.rules import Span

MONDAY = date(2026, 11, 23)
PREFERRED_TIMES = json.loads(
    (Path(__file__).parents[2] / "vectors" / "preferred_times.json").read_text(encoding="utf-8")
)
TUESDAY = MONDAY + timedelta(days=1)
OFFICE_HOURS: Sequence[Span] = ((480, 720), (780, 1020))
HOME = Position(lat=47.0, lng=9.5)
MINUTE_DEGREES = 0.01


class OnALine:
    """Whoever drives a hundredth of a degree of longitude needs a minute for the kilometre."""

    def matrix(self, starts: Degrees, ends: Degrees) -> Matrix:
        minutes = np.rint(np.abs(starts[:, 1][:, None] - ends[:, 1][None]) / MINUTE_DEGREES).astype(np.int32)
        return Matrix(seconds=minutes * 60, metres=minutes * 1000, source=Source.STRAIGHT_LINES)

    def way(self, places: Degrees) -> Way:
        matrix = self.matrix(places, places)
        legs = [
            Leg(seconds=int(matrix.seconds[one, one + 1]), metres=int(matrix.metres[one, one + 1]))
            for one in range(len(places) - 1)
        ]
        return Way(legs=legs, line=[(lng, lat) for lat, lng in places.tolist()], source=matrix.source)


def at(minutes: int) -> Position:
    """So many minutes from home."""
    return Position(lat=47.0, lng=9.5 + minutes * MINUTE_DEGREES)


def stop(number: int, minutes: int | None, **changes: Any) -> Stop:
    """A visit of half an hour that the cycle has put on Monday at eight, so many minutes from home."""
    values: dict[str, Any] = {
        "kind": StopKind.VISIT,
        "id": UUID(int=number),
        "account_id": UUID(int=1_000 + number),
        "site_id": UUID(int=2_000 + number),
        "position": None if minutes is None else at(minutes),
        "duration_min": 30,
        "day": MONDAY,
        "start_min": 480,
        "may_move": True,
        "first": MONDAY,
        "last": MONDAY + timedelta(days=6),
    }
    return Stop(**{**values, **changes})


def fixed(number: int, minutes: int | None, start_min: int, **changes: Any) -> Stop:
    return stop(number, minutes, may_move=False, start_min=start_min, **changes)


def waiting(number: int, minutes: int | None, **changes: Any) -> Stop:
    """A customer who waits for a visit, worth a detour of half an hour."""
    return stop(number, minutes, kind=StopKind.SUGGESTION, day=None, may_move=False, worth=1_800, **changes)


def working_days(count: int) -> list[Day]:
    return [Day(on=MONDAY + timedelta(days=number), works=OFFICE_HOURS) for number in range(count)]


def plan(*stops: Stop, **changes: Any) -> Proposal:
    """Monday, unless said otherwise."""
    values: dict[str, Any] = {"days": working_days(1), "home": HOME, "distances": OnALine(), **changes}
    return propose(stops=stops, is_open=lambda text, day: open_spans(text, day=day, country="LI"), **values)


def times(proposal: Proposal) -> list[list[tuple[int, int]]]:
    """The number and the minute of each stop, by day."""
    return [[(one.stop.id.int, one.start_min) for one in day.stops] for day in proposal.days]


def test_a_day_is_ordered_for_the_least_driving_and_begins_at_round_times():
    proposal = plan(stop(1, 20, start_min=480), stop(2, 60, start_min=540), stop(3, 30, start_min=645))
    [day] = proposal.days
    assert (day.before.metres, day.after.metres) == (120_000, 120_000)
    proposal = plan(stop(1, 40, start_min=480), stop(2, -10, start_min=600), stop(3, 30, start_min=690))
    [day] = proposal.days
    assert (day.before.metres, day.after.metres) == (160_000, 100_000)


def test_what_is_in_the_best_order_keeps_its_times():
    assert times(plan(stop(1, 10, start_min=555), stop(2, 20, start_min=660))) == [[(1, 555), (2, 660)]]


def test_what_a_person_has_fixed_stays_and_the_others_go_around_it():
    proposal = plan(fixed(1, 60, 600), stop(2, 50, start_min=780), stop(3, 5, start_min=900))
    assert (1, 600) in times(proposal)[0]
    assert proposal.left_out == []


def test_fixed_visits_that_overlap_stay_both():
    proposal = plan(fixed(1, 10, 600), fixed(2, 40, 615), stop(3, 40, start_min=610))
    assert {(1, 600), (2, 615)} < set(times(proposal)[0])
    [third] = [start for number, start in times(proposal)[0] if number == 3]
    assert third >= 645 + WRITE_UP_MIN or third + 30 + WRITE_UP_MIN + 30 <= 600


def test_a_call_takes_time_and_no_way():
    proposal = plan(fixed(1, None, 480, duration_min=200), stop(2, 10))
    assert times(proposal) == [[(1, 480), (2, 680 // 15 * 15 + 15)]]


def test_an_overdue_customer_fills_a_gap_and_it_is_said_what_that_brings():
    proposal = plan(stop(1, 20, start_min=480), waiting(2, 25))
    [day] = proposal.days
    [offered] = [one for one in day.stops if one.stop.kind is StopKind.SUGGESTION]
    assert offered.adds
    assert (offered.adds.metres, offered.adds.seconds) == (10_000, 600)
    assert (day.before.metres, day.after.metres) == (40_000, 50_000)


def test_who_is_too_far_away_is_left_out_with_the_detour():
    [left_out] = plan(stop(1, 20), waiting(2, 60)).left_out
    assert (left_out.stop.id.int, left_out.reason, left_out.detour_s) == (2, LeftOutReason.DETOUR, 4_800)


def test_each_one_left_out_says_why():
    full = [fixed(number, 0, 480 + 60 * number, duration_min=55) for number in range(4)]
    full += [fixed(10 + number, 0, 780 + 60 * number, duration_min=55) for number in range(4)]
    proposal = plan(
        *full,
        waiting(20, None),
        waiting(21, 10, opening_hours="Sa 09:00-12:00"),
        waiting(22, 10, first=TUESDAY),
        waiting(23, 10),
    )
    assert {one.stop.id.int: one.reason for one in proposal.left_out} == {
        20: LeftOutReason.NO_POSITION,
        21: LeftOutReason.CLOSED,
        22: LeftOutReason.OTHER_DAYS,
        23: LeftOutReason.NO_GAP,
    }


def test_on_a_day_off_nothing_is_put_and_what_stands_there_goes_to_another_day():
    days = [Day(on=MONDAY, works=()), Day(on=TUESDAY, works=OFFICE_HOURS)]
    proposal = plan(stop(1, 10), stop(2, 10, last=MONDAY), fixed(3, 10, 600), days=days)
    assert times(proposal) == [[(2, 480), (3, 600)], [(1, 480)]]
    assert [(one.stop.id.int, one.reason) for one in proposal.left_out] == [(2, LeftOutReason.REP_AWAY)]


def test_a_visit_that_cannot_be_served_stays_and_nothing_is_put_on_it():
    closed = stop(1, 10, opening_hours="Sa 09:00-12:00", start_min=480)
    proposal = plan(closed, stop(2, 10, start_min=480))
    assert times(proposal) == [[(1, 480), (2, 525)]]
    assert [(one.stop.id.int, one.reason) for one in proposal.left_out] == [(1, LeftOutReason.CLOSED)]


def test_the_call_plan_s_wishes_are_kept_where_that_costs_little():
    wishes = CallPlan(weekdays=["tu"], time_from="14:00", time_to="16:00", duration_min=30)
    assert times(plan(waiting(1, 10, plan=wishes), days=working_days(2))) == [[], [(1, 840)]]


@pytest.mark.parametrize("vector", PREFERRED_TIMES, ids=lambda vector: vector["name"])
def test_when_a_visit_may_begin_and_what_that_costs_is_as_the_vectors_say(vector: dict[str, Any]):
    given_ = vector["given"]
    wishes = CallPlan(**{name: given_[name] for name in ("weekdays", "time_from", "time_to", "duration_min")})
    on = date.fromisoformat(given_["day"])
    asked = waiting(1, 0, plan=wishes, duration_min=wishes.duration_min)
    found = windows_of(asked, {0: Day(on=on, works=given_["free"])}, [], lambda _text, _day: [(0, 24 * 60)])
    assert [
        {"from": window.start_s // 60, "to": window.end_s // 60, "costs_s": window.price} for window in found
    ] == vector["expect"]
    # The call cycle means the same by its ranks.
    for begin in {window["from"] for window in vector["expect"]}:
        least = min(one["costs_s"] for one in vector["expect"] if one["from"] <= begin <= one["to"])
        assert least == {0: 0, 1: 300, 2: 900, 3: 1200}[rank(wishes, on, begin)]


def test_a_week_brings_together_what_is_in_one_place():
    proposal = plan(
        stop(1, 60, start_min=480),
        stop(2, -60, start_min=660),
        stop(3, 60, day=TUESDAY, start_min=480),
        stop(4, -60, day=TUESDAY, start_min=660),
        days=working_days(2),
    )
    assert sum(day.before.metres for day in proposal.days) == 480_000
    assert sum(day.after.metres for day in proposal.days) == 240_000


def test_there_is_time_for_the_break():
    stops = [stop(number, 10 * number, start_min=480 + 45 * number, duration_min=60) for number in range(6)]
    [day] = plan(*stops).days
    for one, other in zip(day.stops, day.stops[1:], strict=False):
        end = one.start_min + 60
        assert end <= 720 or one.start_min >= 780
        if end <= 720 and other.start_min >= 780:
            assert other.start_min - end >= 60 + 10


def test_today_nothing_begins_before_now():
    today = [Day(on=MONDAY, works=OFFICE_HOURS, from_min=600)]
    proposal = plan(fixed(1, 10, 480), stop(2, 20, start_min=490), waiting(3, 20), days=today)
    assert times(proposal)[0][0] == (1, 480)
    assert all(start >= 600 for _, start in times(proposal)[0][1:])


POSITIONS = st.one_of(st.none(), st.integers(-60, 60))
HOURS = st.sampled_from([None, None, "Mo-Fr 08:00-12:00,13:30-18:00", "Tu 09:00-17:00", "Mo 10:00-11:00", "Sa 9-12"])


@st.composite
def weeks(draw: st.DrawFn) -> list[Stop]:
    stops = []
    for number in range(1, draw(st.integers(1, 14)) + 1):
        kind = draw(st.sampled_from(["fixed", "moves", "moves", "waits"]))
        common: dict[str, Any] = {
            "duration_min": draw(st.sampled_from([15, 30, 45, 90])),
            "opening_hours": draw(HOURS),
        }
        minutes = draw(POSITIONS)
        if kind == "waits":
            stops.append(waiting(number, minutes, **common))
        else:
            day = MONDAY + timedelta(days=draw(st.integers(0, 2)))
            start = draw(st.integers(0, 1_430))
            stops.append(stop(number, minutes, day=day, start_min=start, may_move=kind == "moves", **common))
    return stops


@settings(max_examples=60, deadline=None)
@given(weeks())
def test_what_a_person_fixed_never_moves_and_nothing_overlaps_even_on_the_way(stops: list[Stop]):
    days = [
        Day(on=MONDAY, works=OFFICE_HOURS, from_min=540),
        Day(on=TUESDAY, works=OFFICE_HOURS),
        Day(on=TUESDAY + timedelta(days=1), works=()),
    ]
    proposal = plan(*stops, days=days)
    where = {one.stop.id: (day.on, one.start_min) for day in proposal.days for one in day.stops}
    unserved = {one.stop.id for one in proposal.left_out}
    for one in stops:
        stood = None if one.day is None else (one.day, one.start_min)
        if one.id in unserved or (not one.may_move and one.kind is StopKind.VISIT):
            assert where.get(one.id) == stood
        else:
            assert one.id in where
    by_id = {one.id: one for one in stops}
    for day in proposal.days:
        for one in day.stops:
            _, start = where[one.stop.id]
            if (day.on, start) == (by_id[one.stop.id].day, by_id[one.stop.id].start_min):
                continue
            # What was put somewhere is within the hours of both, and has its way from and to everything else.
            end = start + one.stop.duration_min
            for spans in (OFFICE_HOURS, open_spans(one.stop.opening_hours, day=day.on, country="LI")):
                assert any(opens <= start and end <= closes for opens, closes in spans)
            for other in day.stops:
                if other.stop.id == one.stop.id:
                    continue
                earlier, later = sorted((one, other), key=lambda stop: stop.start_min)
                assert _gap(earlier.stop, earlier.start_min, later.start_min) >= _way(earlier.stop, later.stop)


def _gap(earlier: Stop, start_min: int, next_start_min: int) -> int:
    return next_start_min - start_min - earlier.duration_min


def _way(one: Stop, other: Stop) -> int:
    if one.position is None or other.position is None:
        return 0
    return WRITE_UP_MIN + round(abs(one.position.lng - other.position.lng) / MINUTE_DEGREES)


@settings(max_examples=20, deadline=None)
@given(weeks())
def test_the_same_gives_the_same_and_a_second_plan_changes_nothing_that_the_first_has_put(stops: list[Stop]):
    first = plan(*stops, days=working_days(2), distances=StraightLines(profile=DEFAULT_PROFILE))
    assert first == plan(*stops, days=working_days(2), distances=StraightLines(profile=DEFAULT_PROFILE))
    where = {one.stop.id: (day.on, one.start_min) for day in first.days for one in day.stops}
    taken_over = [
        replace(one, day=where[one.id][0], start_min=where[one.id][1], may_move=False, kind=StopKind.VISIT)
        for one in stops
        if one.id in where
    ]
    assert times(plan(*taken_over, days=working_days(2))) == times(first)
