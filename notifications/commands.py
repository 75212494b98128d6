"""What a person does with a notice."""

from uuid import UUID

from domain.kernel.command import Command, Context
from domain.kernel.errors import RecordNotFound
from notifications.models import Notice
from notifications.schemas import ReadNoticeArgs


def read(ctx: Context, *, notice_id: UUID) -> Notice:
    """Note that the person has read a notice. The first reading counts."""
    notice = ctx.get(Notice, notice_id)
    if notice.user_id != ctx.actor.user_id:
        # An admin may see much, but what somebody has read only that person knows.
        raise RecordNotFound
    notice.read_at = notice.read_at or ctx.occurred_at
    return notice


COMMANDS = (
    Command(
        name="notice.read",
        schema=ReadNoticeArgs,
        handle=read,
        may=None,
        target=("notice_id", Notice),
        offline=True,
    ),
)
