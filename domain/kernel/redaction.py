"""What must not be kept of a text that was not written by us."""

import re

REDACTED = "[redacted]"
# PostgreSQL quotes the row in an error's details, SQLAlchemy the parameters.
_QUOTED_DATA = re.compile(r"^(DETAIL|CONTEXT|HINT|\[parameters).*$", re.MULTILINE)
_CREDENTIALS_IN_URL = re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]*(?=@)")


def without_quoted_data(text: str) -> str:
    """Return an error's text without the rows that the database quotes, and without passwords in addresses."""
    return _CREDENTIALS_IN_URL.sub(REDACTED, _QUOTED_DATA.sub(rf"\1 {REDACTED}", text))
