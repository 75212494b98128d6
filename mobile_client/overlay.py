"""The optimistic overlay: what captured mutations make of the documents that the server sent.

An effect is a guess of what the server will do. It is laid over the pulled document until the device has pulled the
revision in which the server did it (invariant I6), and is laid again over every newer document that arrives before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Create:
    """A record that the device made."""

    entity: str
    id: str
    doc: Document


@dataclass(frozen=True, kw_only=True, slots=True)
class Patch:
    """Fields of an existing record that the device changed."""

    entity: str
    id: str
    fields: Document


Effect = Create | Patch


def rebase(*, base: Document | None, effects: Sequence[Effect]) -> Document | None:
    """Return the document to show: `base` with the effects on this document laid over it, in order.

    Where the server's record is already there a `Create` changes nothing: the server knows better. Where it is not, the
    `Create` comes first, wherever it stands: one that was mended is behind what was done to its record before. A
    `Patch` of a record that the device does not hold shows nothing.
    """
    made = next((effect for effect in effects if isinstance(effect, Create)), None)
    doc = {**made.doc, "id": made.id} if base is None and made is not None else base
    for effect in effects:
        if doc is not None and isinstance(effect, Patch):
            doc = {**doc, **effect.fields}
    return doc
