"""Logs: one JSON object per line, without secrets or customer data."""

import logging
import re
import sys
from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any

import structlog
from structlog.typing import Processor

from domain.kernel.redaction import REDACTED, without_quoted_data

# What a caller might hand to the log by mistake. Ids are fine: they say nothing to an outsider.
PRIVATE = re.compile(
    r"password|secret|token|authorization|cookie|api_?key|private_?key|p256dh|endpoint"
    r"|e_?mail|phone|address|street|position|latitude|longitude|first_name|last_name|notes|^args$|^body$|^doc$",
    re.IGNORECASE,
)


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blank out what must not be in a log."""
    for name, value in event.items():
        event[name] = _redacted(name, value)
    return event


def _redacted(name: str, value: object) -> object:
    if _is_private(name):
        return REDACTED
    if isinstance(value, dict):
        return {key: _redacted(str(key), item) for key, item in value.items()}
    if isinstance(value, str):
        return without_quoted_data(value)
    return value


@lru_cache(maxsize=1_000)
def _is_private(name: str) -> bool:
    return PRIVATE.search(name) is not None


def configure(*, level: str = "info") -> None:
    """Send every log of this process, the libraries' included, to standard output as JSON."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.PositionalArgumentsFormatter(), *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                redact,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    # These tell about their inside at every step.
    for noisy in ("procrastinate", "urllib3", "google", "geopy"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLogger().level))
