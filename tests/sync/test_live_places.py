"""Live streams have few places: one person's tabs cannot take them all."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from api.settings import Settings
from domain.kernel.ids import new_id
from domain.kernel.synced import ORG_BUCKET, user_bucket
from sync.live import MOST_PER_PERSON, Pokes, TooManyStreams

ORGANISATION = new_id()


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.mark.parametrize(("places", "of_one_person"), [(6, 3), (1, 1), (1_000, MOST_PER_PERSON)])
def test_a_person_has_a_bounded_part_of_the_places(
    settings: Settings, stack: ExitStack, places: int, of_one_person: int
) -> None:
    pokes = Pokes(conninfo=settings.database_url, most=places)
    mine = [user_bucket(new_id()), ORG_BUCKET]
    tabs = [stack.enter_context(pokes.subscribe(ORGANISATION, mine)) for _ in range(of_one_person)]
    assert len(tabs) == pokes.open_streams
    with pytest.raises(TooManyStreams):
        stack.enter_context(pokes.subscribe(ORGANISATION, mine))
    if places > 1:
        stack.enter_context(pokes.subscribe(ORGANISATION, [user_bucket(new_id()), ORG_BUCKET]))
    stack.close()
    with pokes.subscribe(ORGANISATION, mine):
        assert pokes.open_streams == 1
    pokes.close()
