"""The days of a rep, as the call cycle fills them: every account on its weekday, from south to north.

Periods are those of the call plans, so that the call cycle's own next run finds nothing to move.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from api.demo.customers import Place
from api.demo.rows import COUNTRY, Maker, Person, at, deck
from api.demo.working_time import OFFICE_HOURS, WorkingTime
from domain.call_plans.models import CallPlan
from domain.call_plans.rules import Period, interval_days, periods
from domain.customers.opening_hours import open_spans
from domain.geo.distances import StraightLines
from domain.geo.rules import DEFAULT_PROFILE, Position
from domain.planning.generate import common, ends_at
from domain.planning.ways import KnownWays
from domain.working_time.rules import Span, minutes, weekday_of

MOST_A_DAY = 8
_WANTED = (5, 5, 5, 6, 6, 7)
_TRIES = 60
_GRID_MIN = 15
_GAPS_MIN = (15, 30, 30, 45)
_PATIENCE_MIN = 20
"""A rep rather waits as long as this than drives past a customer and back."""
# How often an account is visited out of turn, against one of class C.
_TURNS = {"A": 3, "B": 2, "C": 1}


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A visit that is to be made on a day. Without a call plan the rep has planned it by hand."""

    place: Place
    duration_min: int
    plan: CallPlan | None = None
    period_on: date | None = None


class RepDays:
    """Plans the days of one rep: the accounts that they own, and others of their territories out of turn."""

    def __init__(
        self,
        maker: Maker,
        rep: Person,
        *,
        places: Sequence[Place],
        plan_of: Mapping[UUID, CallPlan],
        time: WorkingTime,
        coming: dict[UUID, list[Period]],
    ) -> None:
        """`places` are the sites of the rep's territories, `plan_of` the call plans of the accounts that they own.

        `coming` (account → periods whose visit is still to come) is common to all reps: each adds their own.
        """
        self._maker, self._rep, self._time, self._coming = maker, rep, time, coming
        self._ways = KnownWays({rep.id: [_position(place) for place in places]}, StraightLines(profile=DEFAULT_PROFILE))
        self._due: dict[date, list[Stop]] = {}
        main_sites: dict[UUID, Place] = {}
        for place in sorted(places, key=lambda place: place.site["id"]):
            main_sites.setdefault(place.account["id"], place)
        self._fill([(place, plan_of[account_id]) for account_id, place in main_sites.items() if account_id in plan_of])
        self._next_place = deck(
            maker.chance,
            [place for place in places if place.trade.branches for _ in range(_TURNS[place.account["account_class"]])],
        )

    def days(self) -> Iterator[tuple[date, list[tuple[datetime, Stop]]]]:
        """Yield the five to eight visits of each day on which the rep is there."""
        for day in self._maker.workdays():
            if not self._time.is_away(self._rep.id, day):
                yield day, [(at(day, *divmod(minute, 60)), stop) for minute, stop in self._day(day)]

    def _fill(self, owned: list[tuple[Place, CallPlan]]) -> None:
        """Put what falls due on days: a fifth of the work on each weekday, the southernmost on Monday."""
        owned.sort(key=lambda one: one[0].site["latitude"])
        work = sum(1 / interval_days(plan) for _, plan in owned)
        done = 0.0
        dues = []
        for number, (place, plan) in enumerate(owned):
            weekday = int(5 * done / work)
            done += 1 / interval_days(plan)
            for period in periods(plan, first=self._maker.first_day, last=self._maker.last_day):
                week = number % max(1, round(interval_days(plan) / 7))
                dues.append((period, period.begins_on + timedelta(days=7 * week + weekday), place, plan))
        # The shorter a period, the fewer days there are for it.
        for period, wanted, place, plan in sorted(
            dues, key=lambda due: (interval_days(due[3]), due[0], due[2].site["id"])
        ):
            day = self._day_for(period, wanted, place, plan)
            if day is not None:
                stop = Stop(place=place, duration_min=plan.duration_min, plan=plan, period_on=period.begins_on)
                self._due.setdefault(day, []).append(stop)
                if day >= self._maker.today:
                    self._coming.setdefault(place.account["id"], []).append(period)

    def _day_for(self, period: Period, wanted: date, place: Place, plan: CallPlan) -> date | None:
        """Return the day of the period nearest to the one wanted that has room and on which the customer is there."""
        days = [period.first + timedelta(days=number) for number in range((period.last - period.first).days + 1)]
        for day in sorted(days, key=lambda day: (abs((day - wanted).days), day)):
            if len(self._due.get(day, ())) < MOST_A_DAY and any(
                end - start >= plan.duration_min for start, end in self._spans(place, plan, day)
            ):
                return day
        return None

    def _spans(self, place: Place, plan: CallPlan | None, day: date) -> list[Span]:
        """Return when the rep works, the customer is there, and the plan wants it."""
        shifts = self._time.on(self._rep.id, day)
        if not shifts:
            # The demo has visits today, whatever day it is: they are as somebody has agreed on.
            return list(OFFICE_HOURS) if plan is None else []
        if plan is not None and plan.weekdays and weekday_of(day) not in plan.weekdays:
            return []
        spans = common(shifts, open_spans(place.site["opening_hours"], day=day, country=COUNTRY))
        if plan is not None and plan.time_from and plan.time_to:
            spans = common(spans, [(minutes(plan.time_from), minutes(plan.time_to))])
        return spans

    def _day(self, day: date) -> list[tuple[int, Stop]]:
        planned = self._lay_out(day, self._due.get(day, []))
        wanted = self._maker.chance.choice(_WANTED)
        for _ in range(_TRIES):
            if len(planned) >= wanted:
                break
            place = self._next_place()
            stops = [stop for _, stop in planned]
            if self._is_free(place.account["id"], day, stops):
                extra = Stop(place=place, duration_min=self._maker.chance.choice((30, 30, 45)))
                with_it = self._lay_out(day, [*stops, extra])
                if len(with_it) > len(planned):
                    planned = with_it
        return planned

    def _is_free(self, account_id: UUID, day: date, stops: Sequence[Stop]) -> bool:
        """Whether a visit out of turn makes none of the call cycle needless."""
        if any(stop.place.account["id"] == account_id for stop in stops):
            return False
        return not any(period.begins_on <= day <= period.last for period in self._coming.get(account_id, ()))

    def _lay_out(self, day: date, stops: Sequence[Stop]) -> list[tuple[int, Stop]]:
        """Return the stops with the minute at which each begins. Who has closed by then is left out."""
        waiting = sorted(stops, key=lambda stop: (stop.place.site["latitude"], stop.place.site["id"]))
        spans = {id(stop): self._spans(stop.place, stop.plan, day) for stop in waiting}
        gap_min = self._maker.chance.choice(_GAPS_MIN) if len(stops) < MOST_A_DAY - 1 else _GRID_MIN
        planned: list[tuple[int, Stop]] = []
        while True:
            starts = [
                (_first(spans[id(stop)], self._soonest(day, planned, stop, gap_min=gap_min), stop.duration_min), stop)
                for stop in waiting
            ]
            possible = [(start, stop) for start, stop in starts if start is not None]
            if not possible:
                return planned
            soonest = min(start for start, _ in possible)
            start, stop = next(one for one in possible if one[0] <= soonest + _PATIENCE_MIN)
            planned.append((start, stop))
            waiting.remove(stop)

    def _soonest(self, day: date, planned: Sequence[tuple[int, Stop]], stop: Stop, *, gap_min: int) -> int:
        """Return when the rep can be there after the last stop. Nobody drives in the break."""
        if not planned:
            return 8 * 60
        start, last = planned[-1]
        left = start + last.duration_min
        way_min = self._ways.minutes(self._rep.id, _position(last.place), _position(stop.place))
        breaks = [(end, begin) for (_, end), (begin, _) in pairwise(self._time.on(self._rep.id, day))]
        return max(left + gap_min, ends_at(left, way_min, breaks))


def _position(place: Place) -> Position:
    return Position(lat=place.site["latitude"], lng=place.site["longitude"])


def _first(spans: Sequence[Span], minute: int, duration_min: int) -> int | None:
    """Return the first quarter of an hour from `minute` on at which there is time."""
    for start, end in spans:
        begin = -(-max(start, minute) // _GRID_MIN) * _GRID_MIN
        if begin + duration_min <= end:
            return begin
    return None
