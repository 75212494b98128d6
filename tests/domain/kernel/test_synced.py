"""Nobody can add a field to the wire without deciding how it merges."""

import pytest
from marshmallow import fields

from domain.kernel.fields import RecordDocument
from domain.kernel.model import Record
from domain.kernel.synced import Merge, SyncedEntity


class NoteDocument(RecordDocument):
    text = fields.String(required=True)


def test_a_field_without_a_merge_rule_is_an_error_at_import():
    with pytest.raises(TypeError, match=r"no merge rule for \['text'\]"):
        SyncedEntity(name="note", model=Record, document=NoteDocument, merge={})


def test_a_merge_rule_without_a_field_is_an_error_at_import():
    with pytest.raises(TypeError, match=r"no such field \['title'\]"):
        SyncedEntity(
            name="note",
            model=Record,
            document=NoteDocument,
            merge={"text": Merge.LAST_WRITER, "title": Merge.LAST_WRITER},
        )


def test_with_a_rule_for_each_field_it_stands():
    note = SyncedEntity(name="note", model=Record, document=NoteDocument, merge={"text": Merge.LAST_WRITER})
    assert note.followed_id(None) is None
