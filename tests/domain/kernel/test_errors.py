"""Errors say what happened, and have a code that stands for ever."""

import pytest

from domain.kernel.errors import DomainError, RecordExists, RecordNotFound


def test_an_error_must_have_a_code():
    with pytest.raises(TypeError, match="must set code"):

        class NoCode(DomainError):
            """Something."""


def test_an_error_must_say_what_happened():
    with pytest.raises(TypeError, match="needs a docstring"):

        class NoSentence(DomainError):
            code, status, retryable = "test.no_sentence", 400, False


def test_the_sentence_is_the_first_line_of_the_docstring():
    assert RecordExists().detail == "A record with this id or unique value exists already."


def test_a_better_sentence_may_be_given():
    assert RecordNotFound("Visit 1 does not exist.").detail == "Visit 1 does not exist."
