"""The suite finds what it is there to find: each planted bug is caught, and without it the same story is fine."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mobile_client import Client
from tests.convergence import planted
from tests.convergence.deeds import DEEDS
from tests.convergence.server import Server
from tests.convergence.world import Violation, World

Story = Callable[[World], None]


def an_order_whose_server_is_killed_at_the_receipt(world: World) -> None:
    phone = world.devices[0]
    DEEDS["order.place"](phone, 0)
    world.held(phone, "the receipt", world.server.kill_workers)
    world.settle()


def an_account_that_moves_away(world: World) -> None:
    account_id = world.ids("accounts", f"territory_id = '{world.company.territory_id}'")[0]
    world.office("account.move", account_id=account_id, territory_id=world.company.other_territory_id)
    world.settle()


def a_note_between_push_and_pull(world: World) -> None:
    phone = world.devices[0]
    DEEDS["account.update"](phone, 0)
    phone.client.push()
    world.check_own_writes(phone)
    world.settle()


STORIES = (an_order_whose_server_is_killed_at_the_receipt, an_account_that_moves_away, a_note_between_push_and_pull)


@pytest.mark.parametrize("story", STORIES)
def test_without_a_bug_the_story_is_fine(server: Server, tmp_path: Path, story: Story):
    tell(story, server, tmp_path)


def test_a_receipt_that_is_written_after_the_commit_is_caught(start_server: Callable[..., Server], tmp_path: Path):
    server = start_server(bug="receipt_after_commit")
    with pytest.raises(Violation, match=r"I2: .* order.place .* its record is there"):
        tell(an_order_whose_server_is_killed_at_the_receipt, server, tmp_path)


def test_a_missed_tombstone_is_caught(start_server: Callable[..., Server], tmp_path: Path):
    server = start_server()
    planted.missed_tombstone(server)
    with pytest.raises(Violation, match="I3: "):
        tell(an_account_that_moves_away, server, tmp_path)


def test_an_overlay_that_is_dropped_early_is_caught(server: Server, tmp_path: Path):
    with pytest.raises(Violation, match=r"I6: rep: account"):
        tell(a_note_between_push_and_pull, server, tmp_path, client=planted.OverlayDroppedEarly)


def tell(story: Story, server: Server, folder: Path, *, client: type[Client] = Client) -> None:
    world = World(server=server, folder=folder, client=client)
    try:
        story(world)
    finally:
        world.close()
