"""Codes are a contract: each once, documented, with a sentence."""

from collections import Counter
from pathlib import Path

import pytest

from api.error_catalogue import as_markdown
from domain.kernel.errors import DomainError, error_classes

DOCUMENT = Path(__file__).parents[2] / "docs" / "errors.md"


def test_every_code_belongs_to_one_error() -> None:
    assert [code for code, times in Counter(error.code for error in error_classes()).items() if times > 1] == []


@pytest.mark.parametrize("error", error_classes(), ids=lambda error: error.code)
def test_an_error_says_what_happened_in_a_sentence(error: type[DomainError]) -> None:
    assert error.sentence().endswith(".")
    assert 400 <= error.status < 600


def test_the_document_lists_them_all() -> None:
    assert DOCUMENT.read_text() == as_markdown(), "run: python -m api.error_catalogue > docs/errors.md"
