"""The kernel in both ways of running it."""

import importlib.util
import sys
from collections.abc import Iterator
from types import ModuleType

import pytest

from domain.routing import kernel


@pytest.fixture(scope="session")
def plain_kernel() -> Iterator[ModuleType]:
    """The kernel's source as plain Python, whether numba is installed or not."""
    spec = importlib.util.spec_from_file_location("plain_kernel", kernel.__file__)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    numba = sys.modules.get("numba")
    sys.modules["numba"] = None  # type: ignore[assignment]
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    finally:
        del sys.modules["numba"]
        if numba is not None:
            sys.modules["numba"] = numba
    yield module
    del sys.modules[spec.name]
