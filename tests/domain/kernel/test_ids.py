"""Ids made later sort later."""

from domain.kernel.ids import new_id


def test_an_id_is_a_version_7_uuid():
    assert new_id().version == 7


def test_ids_sort_in_the_order_in_which_they_were_made():
    made = [new_id() for _ in range(1000)]
    assert made == sorted(made)


def test_no_two_are_the_same():
    assert len({new_id() for _ in range(1000)}) == 1000
