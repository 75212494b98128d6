"""Reads a table from a CSV file as spreadsheets and other programs write them: any usual encoding and delimiter."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

MAX_BYTES = 64 * 1024 * 1024
MAX_ROWS = 50_000
_MAX_CELL = 10_000
_DELIMITERS = ",;\t|"


class UnreadableTable(Exception):
    """The file as a whole cannot be read. The message is for the person who imports."""


class TableRow(NamedTuple):
    """One row: the number of its first line in the file, and its cells by column, without surrounding blanks.

    `surplus` are cells that no column of the header covers.
    """

    line: int
    cells: dict[str, str]
    surplus: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Table:
    """A file with a header line. Column names are as `column_key` writes them."""

    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]


def column_key(header: str) -> str:
    """Return a header in one spelling: `House-Number ` is `house_number`."""
    return re.sub(r"[^\w]+", "_", header.strip().lower()).strip("_")


def read_table(data: bytes) -> Table:
    """Read a CSV file with a header line. Empty lines are passed over.

    Raises:
        UnreadableTable: it is too large, is no text, or is broken in a place.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableTable(
            f"The file has {len(data) // 1_000_000} MB; {MAX_BYTES // 1_000_000} MB are the most. Split it."
        )
    text = _decode(data)
    delimiter = _delimiter(text)
    csv.field_size_limit(_MAX_CELL)
    lines = _records(text, delimiter)
    _, header = next(lines, (0, []))
    columns = tuple(column_key(name) for name in header)
    if not any(columns):
        raise UnreadableTable("The file has no header line.")
    twice = {name for name in columns if name and columns.count(name) > 1}
    if twice:
        raise UnreadableTable(f"The header names a column twice: {', '.join(sorted(twice))}.")
    rows: list[TableRow] = []
    for line, values in lines:
        if len(rows) == MAX_ROWS:
            raise UnreadableTable(f"The file has more than {MAX_ROWS:,} rows. Split it.")
        padded = [value.strip() for value in values] + [""] * (len(columns) - len(values))
        cells = {name: value for name, value in zip(columns, padded, strict=False) if name}
        rows.append(TableRow(line, cells, tuple(value for value in padded[len(columns) :] if value)))
    return Table(columns=tuple(name for name in columns if name), rows=tuple(rows))


def _decode(data: bytes) -> str:
    # A text in an old Windows encoding is hardly ever valid UTF-8, so the order is safe.
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encodings = ("utf-16",) if wide else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise UnreadableTable("The file is not a text. Save it as CSV in UTF-8.")


def _delimiter(text: str) -> str:
    header = text.lstrip("\r\n").split("\n", 1)[0]
    return max(_DELIMITERS, key=header.count)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for values in reader:
            if any(value.strip() for value in values):
                yield line, values
            line = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableTable(f"Line {line} cannot be read: {error}.") from error
