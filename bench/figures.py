"""What is measured, what it must reach, and how the result is shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure of `var/bench/sync.json`. `reach` is the least that will do or, if `less_is_better`, the most."""

    key: str
    what: str
    unit: str
    reach: float
    less_is_better: bool = False

    def is_reached(self, value: float) -> bool:
        """Tell whether the value is good enough."""
        return value <= self.reach if self.less_is_better else value >= self.reach

    def ratio(self, value: float) -> float:
        """Return how many times better than needed the value is; below 1 it is not good enough."""
        if not self.less_is_better:
            return value / self.reach
        return self.reach / value if self.reach and value else float(value <= self.reach)


def _more(key: str, what: str, unit: str, reach: float) -> Figure:
    return Figure(key=key, what=what, unit=unit, reach=reach)


def _less(key: str, what: str, unit: str, reach: float) -> Figure:
    return Figure(key=key, what=what, unit=unit, reach=reach, less_is_better=True)


FIGURES = (
    _more("first_pull_rows_per_s", "first pull, 10,000 documents", "rows/s", 75_000),
    _more("first_pull_vs_kinto", "  as a multiple of Kinto", "x", 3),
    _more("first_pull_zstd_rows_per_s", "the same, zstd", "rows/s", 50_000),
    _less("first_pull_zstd_bytes", "  bytes", "B", 1_800_000),
    _less("incremental_10k_ms", "10 changes among 10,000", "ms", 5),
    _less("incremental_1m_ms", "10 changes among 1,000,000", "ms", 5),
    _less("incremental_bytes", "  bytes", "B", 3_000),
    _more("push_visits_1_per_s", "check-ins, one device", "/s", 1_000),
    _more("push_visits_8_per_s", "check-ins, eight devices", "/s", 2_000),
    _more("push_vs_kinto", "  as a multiple of Kinto", "x", 10),
    _more("push_orders_1_per_s", "orders of three lines, one device", "/s", 400),
    _more("push_orders_8_per_s", "orders of three lines, eight devices", "/s", 700),
    _less("poke_ms", "commit to poke received", "ms", 30),
    _less("storm_p95_s", "eight o'clock, 95 of 100 phones done in", "s", 2),
    _less("storm_errors", "  errors", "", 0),
    _less("first_syncs_memory_mb", "growth of a worker, 10 first syncs", "MB", 100),
)

Samples = Mapping[str, list[float]]
"""The runs' values by key. Keys that are no figure belong to the peer."""


def medians(samples: Samples) -> dict[str, float]:
    """Return each key's median over its runs."""
    return {key: _rounded(median(values)) for key, values in samples.items()}


def table(samples: Samples, figures: Sequence[Figure] = FIGURES) -> str:
    """Return the figures as lines for a terminal, with the spread of the runs (least to most)."""
    lines: list[tuple[str, ...]] = [("figure", "reach", "reached", "ratio", "", "least", "most", "runs")]
    lines += [_line(figure, samples[figure.key]) for figure in figures if figure.key in samples]
    lines += [
        (key, "", _text(median(values), ""), "", "", _text(min(values), ""), _text(max(values), ""), str(len(values)))
        for key, values in samples.items()
        if key not in {figure.key for figure in figures}
    ]
    return _aligned(lines)


def _line(figure: Figure, values: list[float]) -> tuple[str, ...]:
    value = median(values)
    return (
        figure.what,
        ("<= " if figure.less_is_better else ">= ") + _text(figure.reach, figure.unit),
        _text(value, figure.unit),
        f"{figure.ratio(value):.2f}",
        "" if figure.is_reached(value) else "MISSED",
        _text(min(values), ""),
        _text(max(values), ""),
        str(len(values)),
    )


def _aligned(lines: Iterable[tuple[str, ...]]) -> str:
    rows = list(lines)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) if column == 0 else cell.rjust(width)
                  for column, (cell, width) in enumerate(zip(row, widths, strict=True))).rstrip()
        for row in rows
    )  # fmt: skip


def _rounded(value: float) -> float:
    return round(value, 3) if abs(value) < 100 else round(value)


def _text(value: float, unit: str) -> str:
    return f"{_rounded(value):,} {unit}".strip()
