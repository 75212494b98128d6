"""What captured mutations make of a document."""

from mobile_client.overlay import Create, Patch, rebase

MADE = Create(entity="site", id="1", doc={"name": "Main house", "notes": None})
NOTED = Patch(entity="site", id="1", fields={"notes": "Ring twice"})


def test_what_was_done_to_a_record_shows_though_its_mended_creation_is_sent_behind_it() -> None:
    assert rebase(base=None, effects=[NOTED, MADE]) == {"id": "1", "name": "Main house", "notes": "Ring twice"}


def test_the_servers_record_counts_more_than_its_creation_here() -> None:
    assert rebase(base={"id": "1", "name": "Annexe"}, effects=[MADE, NOTED]) == {
        "id": "1",
        "name": "Annexe",
        "notes": "Ring twice",
    }


def test_a_change_of_what_is_not_here_shows_nothing() -> None:
    assert rebase(base=None, effects=[NOTED]) is None
