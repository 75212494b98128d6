"""People who ask over REST."""

from collections.abc import Callable

import pytest
from flask import Flask

from domain.people.models import User
from tests.support.phone import Phone


@pytest.fixture
def as_user(app: Flask) -> Callable[[User], Phone]:
    """Sign a person in."""
    return lambda user: Phone.sign_in(app, user)
