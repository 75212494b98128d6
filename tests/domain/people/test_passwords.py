"""Passwords."""

from argon2 import PasswordHasher

from domain.people import passwords
from domain.people.passwords import hash_password, needs_rehash, verify_password


def test_a_password_is_recognised_by_its_hash():
    assert verify_password("correct horse battery", password_hash=hash_password("correct horse battery"))


def test_another_password_is_not():
    assert not verify_password("Correct horse battery", password_hash=hash_password("correct horse battery"))


def test_two_hashes_of_one_password_differ():
    assert hash_password("correct horse battery") != hash_password("correct horse battery")


def test_nobody_has_no_password():
    assert not verify_password("nobody has this password", password_hash=None)


def test_what_is_no_hash_opens_nothing():
    assert not verify_password("anything at all", password_hash="!")


def test_a_hash_of_lower_cost_is_to_be_made_anew():
    assert needs_rehash(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("correct horse battery"))
    assert not needs_rehash(hash_password("correct horse battery"))


def test_a_password_of_broken_characters_is_just_a_password():
    assert verify_password("half \ud83d of it", password_hash=hash_password("half \ud83d of it"))
    assert not verify_password("half \ud83d of it", password_hash=None)


def test_an_unknown_person_costs_as_much_as_a_known_one():
    assert not needs_rehash(passwords._NOBODY)
    assert not verify_password("nobody has this password", password_hash=None)
