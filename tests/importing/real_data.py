"""Real geography for tests, which is not part of this project: tests say so when it is absent."""

import os
from pathlib import Path

import pytest

DATA = Path(os.environ.get("FIELDBOOK_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))

needs_real_data = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"there is no test data in {DATA}; set FIELDBOOK_TEST_DATA to a directory that has it"
)
