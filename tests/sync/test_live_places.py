"""Live streams have few places: one person's tabs cannot take them all, and of too many the oldest ends."""

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
    tabs = [stack.enter_context(pokes.subscribe(ORGANISATION, mine)) for _ in range(of_one_person + 2)]
    assert pokes.open_streams == of_one_person
    for oldest in tabs[:2]:
        while oldest.get(timeout=60) is not None:
            pass
    if places > 1:
        stack.enter_context(pokes.subscribe(ORGANISATION, [user_bucket(new_id()), ORG_BUCKET]))
        assert pokes.open_streams == of_one_person + 1
    stack.close()
    assert pokes.open_streams == 0
    pokes.close()
    with pytest.raises(TooManyStreams):
        stack.enter_context(pokes.subscribe(ORGANISATION, mine))
