"""Attaching something to a record, and taking it away."""

from typing import Any
from uuid import UUID

from domain.attachments import schemas
from domain.attachments.contents import find_content, tell_attachment
from domain.attachments.limits import limits
from domain.attachments.models import Attachment
from domain.attachments.rules import AttachmentStatus
from domain.customers.models import Account
from domain.kernel.command import Command, Context
from domain.kernel.errors import PermissionDenied, ValidationFailed
from domain.people.permissions import Permission


def add(
    ctx: Context, *, id: UUID, entity: str, record_id: UUID, sha256: str, size: int, media_type: str, **values: Any
) -> Attachment:
    """Attach a photo, a signature or a file to a record that one sees. Its content may arrive before or after."""
    if ctx.actor.user_id is None:
        raise PermissionDenied("Something is attached by a person.")
    limits().check(size=size, media_type=media_type)
    attachment = ctx.add(
        Attachment(
            id=id,
            entity=entity,
            record_id=record_id,
            account_id=_account_of(ctx, entity, record_id),
            sha256=sha256,
            size=size,
            media_type=media_type,
            status=AttachmentStatus.PENDING,
            created_by_id=ctx.actor.user_id,
            occurred_at=ctx.occurred_at,
            **values,
        )
    )
    content = find_content(ctx.session, org_id=ctx.org_id, sha256=sha256)
    if content is not None:
        tell_attachment(attachment, content)
    return attachment


def remove(ctx: Context, *, attachment_id: UUID) -> Attachment:
    """Take away what one attached oneself or, with the permission to manage attachments, what somebody else did."""
    attachment = ctx.get(Attachment, attachment_id)
    if attachment.created_by_id != ctx.actor.user_id:
        ctx.require(Permission.MANAGE_ATTACHMENTS)
    # It may have been added in this very batch.
    ctx.session.flush()
    ctx.session.delete(attachment)
    ctx.unit.known[Attachment, attachment_id] = None
    return attachment


def _account_of(ctx: Context, entity: str, record_id: UUID) -> UUID:
    declared = ctx.registry.entities.get(entity)
    if declared is None or declared.model is Attachment:
        raise ValidationFailed(fields={"entity": ["Nothing can be attached to this kind of record."]})
    if declared.model is Account:
        return ctx.refer(Account, record_id, "record_id").id
    if not hasattr(declared.model, "account_id"):
        raise ValidationFailed(fields={"entity": ["Nothing can be attached to this kind of record."]})
    account_id: UUID = ctx.refer(declared.model, record_id, "record_id").account_id
    return account_id


COMMANDS = (
    Command(name="attachment.add", schema=schemas.AddAttachmentArgs, handle=add, may=None, offline=True),
    Command(
        name="attachment.remove",
        schema=schemas.RemoveAttachmentArgs,
        handle=remove,
        may=None,
        target=("attachment_id", Attachment),
        offline=True,
    ),
)
