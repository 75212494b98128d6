"""Rows for `COPY`: what every part of the generator needs."""

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from api.demo.places import METRES_PER_DEGREE, Spot
from domain.kernel.numbers import FIRST_NUMBER

Row = dict[str, Any]
Batch = dict[str, list[Row]]
"""Table → rows, parents before children."""

CURRENCY = "CHF"
COUNTRY = "LI"
LANGUAGE = "en"
TIME_ZONE = ZoneInfo("Europe/Vaduz")
HISTORY_DAYS = 90


@dataclass
class Numbers:
    """The organisation's number series, continued over all batches."""

    last: dict[str, int] = field(default_factory=dict)

    def take(self, series: str) -> str:
        """Return the next number of a series, such as `SO-100001`."""
        self.last[series] = self.last.get(series, FIRST_NUMBER - 1) + 1
        return f"{series}-{self.last[series]}"


@dataclass(kw_only=True)
class Maker:
    """Makes rows of one organisation from one source of chance, as seen at `now`."""

    org_id: UUID
    now: datetime
    chance: random.Random

    def new_id(self, made_at: datetime) -> UUID:
        """Return a UUIDv7 of that moment; the same chance gives the same id."""
        milliseconds = int(made_at.timestamp() * 1000)
        bits = self.chance.getrandbits(74)
        return UUID(int=milliseconds << 80 | 7 << 76 | bits >> 62 << 64 | 2 << 62 | bits & (1 << 62) - 1)

    def row(self, made_at: datetime, **values: Any) -> Row:
        """Return a part of a record, such as a line."""
        return {"org_id": self.org_id, "id": self.new_id(made_at), **values}

    def record(self, made_at: datetime, *, updated_at: datetime | None = None, version: int = 1, **values: Any) -> Row:
        """Return a record that was made then and last written at `updated_at`."""
        return {
            **self.row(made_at, version=version, created_at=made_at, updated_at=updated_at or made_at),
            **values,
        }

    def near(self, spot: Spot) -> tuple[float, float]:
        """Return a place (latitude, longitude) in a settled area, denser towards its middle."""
        distance = spot.radius_m * self.chance.random() ** 0.7
        angle = self.chance.uniform(0, 2 * math.pi)
        return (
            round(spot.lat + distance * math.cos(angle) / METRES_PER_DEGREE, 6),
            round(spot.lng + distance * math.sin(angle) / (METRES_PER_DEGREE * math.cos(math.radians(spot.lat))), 6),
        )

    def phone_at(self, latitude: float, longitude: float) -> Row:
        """Return where a phone says it is when it stands at that place, as on the wire."""
        lat, lng = self.near(Spot(latitude, longitude, 45))
        return {"lat": lat, "lng": lng, "accuracy_m": float(self.chance.randint(4, 18))}

    def likely(self, probability: float) -> bool:
        """Tell whether something happens that has this probability."""
        return self.chance.random() < probability

    def minutes(self, shortest: int, longest: int) -> timedelta:
        """Return a time span between two lengths."""
        return timedelta(minutes=self.chance.randint(shortest, longest))

    @property
    def today(self) -> date:
        """The date at `now` where the company works."""
        return self.now.astimezone(TIME_ZONE).date()

    @property
    def first_day(self) -> date:
        """The day on which what is known of the past begins."""
        return self.today - timedelta(days=HISTORY_DAYS)

    @property
    def last_day(self) -> date:
        """The Sunday of next week."""
        return self.today + timedelta(days=13 - self.today.weekday())

    def workdays(self) -> Iterator[date]:
        """Yield the working days from 90 days ago to the end of next week.

        Today is always one, so that there is something to try on a Sunday.
        """
        day = self.first_day
        while day <= self.last_day:
            if day.weekday() < 5 or day == self.today:
                yield day
            day += timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who works here: their user row, and the names of the territories in which they do."""

    user: Row
    territories: tuple[str, ...]

    @property
    def id(self) -> UUID:
        """The user's id."""
        user_id: UUID = self.user["id"]
        return user_id


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What is sold, with the prices by product id, and the types of work."""

    products: dict[str, list[Row]]
    """Category → its products."""
    parts: dict[str, Row]
    """Name → spare part."""
    price_of: dict[UUID, int]
    price_list_id: UUID
    work_types: list[Row]
    skill_ids: list[UUID]


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Return the UTC time of a wall-clock time where the company works."""
    return datetime.combine(day, time(hour, minute), TIME_ZONE).astimezone(UTC)


def deck(chance: random.Random, cards: list[Any]) -> Callable[[], Any]:
    """Return a function that deals the cards in random order, over and over."""
    waiting: list[Any] = []

    def deal() -> Any:
        if not waiting:
            waiting.extend(cards)
            chance.shuffle(waiting)
        return waiting.pop()

    return deal
