"""What is measured of live streams, in the live process and in a web process that streams itself."""

from collections.abc import Iterator

from prometheus_client import Counter, Gauge

LIVE_STREAMS = Gauge("fieldbook_live_streams", "Live streams that are open.", multiprocess_mode="livesum")
STREAMS_REFUSED = Counter("fieldbook_live_streams_refused", "Live streams for which there was no place.")
POKES = Counter("fieldbook_pokes", "Pokes sent over live streams.")


def watched(events: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the events of a stream, and count them."""
    LIVE_STREAMS.inc()
    try:
        for event in events:
            if event.startswith(b"event: poke"):
                POKES.inc()
            yield event
    finally:
        LIVE_STREAMS.dec()
