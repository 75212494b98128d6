"""Facts in the past tense that other modules react to, inside the transaction in which they happened."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened."""
