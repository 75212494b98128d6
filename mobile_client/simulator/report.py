"""What a simulation found: as data, and as lines for a terminal."""

from collections import Counter
from collections.abc import Iterator, Sequence

from mobile_client.transport import Json

from .fleet import Round
from .meter import Meter, percentile

PERCENTILES = (50, 90, 95, 99, 100)


def summary(rounds: Sequence[Round], meter: Meter) -> Json:
    """Return the figures of these rounds. Times are in seconds; `p95` is what 95 of 100 do not exceed."""
    done = [seconds for one in rounds for seconds in one.seconds]
    given_up = sum((one.given_up for one in rounds), Counter[str]())
    return {
        "done": len(done),
        "given_up": dict(given_up),
        "retries": sum(one.retries for one in rounds),
        "seconds": _percentiles(done),
        "requests": {
            path: {"count": len(seconds), "seconds": _percentiles(seconds)}
            for path, seconds in sorted(meter.seconds.items())
        },
        "mutations": dict(meter.mutations),
        "documents": meter.documents,
        "errors": dict(meter.errors),
    }


def lines(found: Json) -> Iterator[str]:
    """Yield the summary as lines."""
    yield f"{'':32}{'count':>9}" + "".join(f"{'p' + str(percent):>9}" for percent in PERCENTILES)
    yield _line("phone, from arrival to done", found["done"], found["seconds"])
    for path, of_path in found["requests"].items():
        yield _line(f"request {path}", of_path["count"], of_path["seconds"])
    answered = ", ".join(f"{count:,} {status}" for status, count in found["mutations"].items())
    yield f"mutations answered: {answered or 'none'}"
    yield f"documents pulled: {found['documents']:,}; attempts repeated: {found['retries']:,}"
    for title, counts in (("error", found["errors"]), ("not done", found["given_up"])):
        for reason, count in counts.items():
            yield f"{title}: {count:,} x {reason}"


def _line(title: str, count: int, seconds: Json) -> str:
    return f"{title:32}{count:>9,}" + "".join(f"{value:>8.3f}s" for value in seconds.values())


def _percentiles(values: Sequence[float]) -> Json:
    return {f"p{percent}": round(percentile(values, percent), 4) for percent in PERCENTILES if values}
