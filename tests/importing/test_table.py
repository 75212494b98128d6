"""Reading files as other programs write them."""

import pytest

from api.importing.table import UnreadableTable, read_table


@pytest.mark.parametrize(
    "data",
    [
        "Name,Ort\nMüller,Vaduz\n".encode(),
        "\ufeffName,Ort\r\nMüller,Vaduz\r\n".encode(),
        "Name;Ort\nMüller;Vaduz".encode("cp1252"),
        "Name\tOrt\nMüller\tVaduz\n".encode("utf-16"),
        '"Name"|"Ort"\n\n"Müller"|" Vaduz "\n'.encode(),
    ],
    ids=["utf-8", "utf-8 with mark", "windows, semicolons", "utf-16, tabs", "quoted, bars, blank line"],
)
def test_encodings_and_delimiters(data: bytes):
    table = read_table(data)
    assert table.columns == ("name", "ort")
    assert [row.cells for row in table.rows] == [{"name": "Müller", "ort": "Vaduz"}]


def test_rows_know_their_line_in_the_file():
    table = read_table(b'name,notes\nA,"two\nlines"\n\nB,\n')
    assert [(row.line, row.cells["name"]) for row in table.rows] == [(2, "A"), (5, "B")]


def test_short_rows_are_filled_and_surplus_cells_are_kept():
    table = read_table(b"name,city\nA\nB,Vaduz,more,\n")
    assert [row.cells for row in table.rows] == [{"name": "A", "city": ""}, {"name": "B", "city": "Vaduz"}]
    assert [row.surplus for row in table.rows] == [(), ("more",)]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no header"),
        (b"\n\n", "no header"),
        (b"name,Name\nA,B\n", "twice: name"),
        (b"PK\x03\x04\x00\x00", "not a text"),
        (b'name\n"never closed\n', "Line 2"),
        (b"name\n" + b"x" * 20_000, "Line 2"),
        (b"name\n" + b"x\n" * 50_001, "more than 50,000 rows"),
        (b" " * (64 * 1024 * 1024 + 1), "are the most"),
    ],
    ids=["empty", "blank", "column twice", "spreadsheet", "open quote", "huge cell", "too many rows", "too large"],
)
def test_what_cannot_be_read_says_why(data: bytes, message: str):
    with pytest.raises(UnreadableTable, match=message):
        read_table(data)
