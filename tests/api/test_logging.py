"""What is blanked out before a line is written."""

from typing import Any

from api.logging import redact


def logged(**event: Any) -> dict[str, Any]:
    return dict(redact(None, "info", event))


def test_what_is_private_by_its_name_at_any_depth():
    line = logged(event="signed_in", password="p", access_token="t", user={"email": "a@a.example", "id": "7"})
    assert line == {
        "event": "signed_in",
        "password": "[redacted]",
        "access_token": "[redacted]",
        "user": {"email": "[redacted]", "id": "7"},
    }


def test_the_row_that_a_database_error_quotes():
    error = 'duplicate key value\nDETAIL:  Key (email)=(a@a.example) exists\n[parameters: {"email": "a@a.example"}]'
    assert logged(exception=error)["exception"] == "duplicate key value\nDETAIL [redacted]\n[parameters [redacted]"


def test_the_password_in_an_address():
    assert logged(url="postgresql://me:hidden@db.example/books")["url"] == "postgresql://[redacted]@db.example/books"


def test_ids_and_words_stay():
    line = {"event": "order.placed", "order_id": "7", "lines": 3, "path": "/api/v1/orders"}
    assert logged(**line) == line
