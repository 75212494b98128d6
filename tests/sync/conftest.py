"""Phones for tests of the sync engine."""

from collections.abc import Callable

import pytest
from flask import Flask

from domain.people.models import User
from tests.support.phone import Phone


@pytest.fixture
def phone_of(app: Flask) -> Callable[[User], Phone]:
    """Sign a person in on a new device."""
    return lambda user: Phone.sign_in(app, user)
