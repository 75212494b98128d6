"""Eight o'clock: a thousand phones that were off line over night come within a minute.

The phones are those of `mobile_client.simulator`: the reference client, each with a database of its own in memory. Each
has five mutations waiting (two visits and an order of three lines), and in its territory 200 visits were changed over
night. A phone's time runs from the moment at which it was to come, whether or not it could be attended to at once, to
the end of its sync. The people signed in on the day before.
"""

import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import groupby
from time import monotonic
from uuid import UUID

from sqlalchemy import select

from api.composition import make_sessions
from api.runtime.database import make_engine
from bench.figures import Samples
from bench.installation import SECRET_KEY, Server
from bench.organisation import District, Organisation, load, words
from domain.kernel.clock import utc_now
from domain.kernel.ids import new_id
from domain.kernel.session import open_session
from domain.people.models import Device
from domain.people.tokens import REFRESH_TOKEN_LIFETIME, make_refresh_token, token_digest
from domain.visits.models import Visit
from mobile_client import Client, HttpTransport
from mobile_client.simulator import Arrivals, Fleet, Meter, Metered, Phone, percentile

DISTRICTS = [District(accounts=80, visits=[12] * 20)] * 12 + [District(accounts=40, visits=[24] * 10)]
ORGANISATIONS = 4
MUTATIONS = 5
CHANGES = 200
WITHIN_S = 60.0
PATIENCE_S = 300.0
FIRST_SYNCS_AT_A_TIME = 8


def load_organisations(owner_url: str) -> list[Organisation]:
    """Load four companies of 250 reps each: twelve territories of twenty, and one of ten."""
    return [
        load(owner_url, slug=f"bench-storm-{number}", districts=DISTRICTS) for number in range(1, ORGANISATIONS + 1)
    ]


class Storm:
    """The phones, as they are when the day begins."""

    def __init__(self, server: Server, organisations: Sequence[Organisation]) -> None:
        self._server, self._organisations = server, organisations
        self._meter = Meter()
        self._phones = [phone for organisation in organisations for phone in self._signed_in(organisation)]
        self._fleet = Fleet(self._phones, rng=random.Random(8))
        self._nights = 0

    def first_syncs(self) -> None:
        """Let all phones fetch everything, few at a time."""
        with ThreadPoolExecutor(FIRST_SYNCS_AT_A_TIME) as threads:
            list(threads.map(lambda phone: phone.come(until=monotonic() + PATIENCE_S), self._phones))

    def morning(self) -> Samples:
        """Let a night pass and the phones come; measure how long 95 of 100 of them needed, and count the errors."""
        self._change_over_night()
        captured = self._fleet.work(MUTATIONS)
        self._meter.clear()
        found = self._fleet.come(within_s=WITHIN_S, arrivals=Arrivals.RANDOM, patience_s=PATIENCE_S)
        not_applied = captured - self._meter.mutations["applied"]
        if self._meter.documents < len(self._phones) * CHANGES:
            raise RuntimeError(f"only {self._meter.documents} changes came down")
        return {
            "storm_p95_s": [percentile(found.seconds, 95)],
            "storm_errors": [float(self._meter.errors.total() + found.given_up.total() + not_applied)],
        }

    def _change_over_night(self) -> None:
        """Change 200 visits in each territory."""
        self._nights += 1
        chance = random.Random(self._nights)
        engine = make_engine(self._server.database_url, role=None)
        sessions = make_sessions(engine)
        for organisation in self._organisations:
            for visits in _visits_by_territory(organisation):
                with open_session(sessions, org_id=organisation.id, now=utc_now()) as session:
                    chosen = chance.sample(visits, CHANGES)
                    query = select(Visit).where(Visit.org_id == organisation.id, Visit.id.in_(chosen))
                    for visit in session.scalars(query):
                        visit.notes = f"{words(chance, 7)} {self._nights}"
                    session.commit()
        engine.dispose()

    def _signed_in(self, organisation: Organisation) -> Iterator[Phone]:
        """Yield a phone for each rep, on which they signed in yesterday: it refreshes its token and goes on."""
        yesterday = datetime.now(UTC) - timedelta(days=1)
        engine = make_engine(self._server.database_url, role=None)
        with open_session(make_sessions(engine), org_id=organisation.id, now=yesterday) as session:
            for rep in organisation.reps:
                device = Device(
                    id=new_id(),
                    user_id=rep.user_id,
                    name="bench",
                    platform="python",
                    created_at=yesterday,
                    last_seen_at=yesterday,
                    token_expires_at=yesterday + REFRESH_TOKEN_LIFETIME,
                )
                token = make_refresh_token(
                    org_id=organisation.id, device_id=device.id, nonce="bench", secret=SECRET_KEY, issued_at=yesterday
                )
                device.token_hash = token_digest(token)
                session.add(device)
                yield self._phone(device.id, token)
            session.commit()
        engine.dispose()

    def _phone(self, device_id: UUID, refresh_token: str) -> Phone:
        chance = random.Random(str(device_id))
        transport = Metered(HttpTransport(self._server.address), meter=self._meter)
        client = Client(path=":memory:", transport=transport, rng=chance)
        expired = "yesterday's"
        client.store.save(device_id=str(device_id), access_token=expired, refresh_token=refresh_token)
        return Phone(client, rng=chance)


def _visits_by_territory(organisation: Organisation) -> Iterator[list[UUID]]:
    reps = sorted(organisation.reps, key=lambda rep: rep.territory_id)
    for _, of_territory in groupby(reps, key=lambda rep: rep.territory_id):
        yield [visit_id for rep in of_territory for visit_id in rep.visits]
