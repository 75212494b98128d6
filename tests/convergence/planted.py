"""Bugs that are planted, one at a time, to see that this suite finds them. None of this is known to the product."""

import re

from mobile_client import Client
from mobile_client.outbox import Outbox
from mobile_client.transport import Json
from tests.convergence.server import Server


def revision_taken_early(server: Server) -> None:
    """Draw the revision at the first write of a transaction, and hold no lock from then on."""
    with server.connect(autocommit=True) as connection:
        connection.execute("""
            create sequence planted_revision start with 1000000;
            grant usage on planted_revision to public;
            create function planted_take() returns trigger language plpgsql as $$ begin
                if coalesce(current_setting('planted.rev', true), '') = '' then
                    perform set_config('planted.rev', nextval('planted_revision')::text, true);
                end if;
                return null;
            end $$;
            create trigger planted before insert on contacts for each statement execute function planted_take();
        """)
    _rewrite(
        server,
        "sync_write",
        r"insert into sync_counters .*? returning rev into v_rev;",
        """v_rev := coalesce(nullif(current_setting('planted.rev', true), '')::bigint, nextval('planted_revision'));
           insert into sync_counters (org_id, rev, floor) values (p_org, v_rev, 0)
           on conflict (org_id) do update set rev = greatest(sync_counters.rev, v_rev);""",
    )


def missed_tombstone(server: Server) -> None:
    """Take a document out of a bucket without telling those who are past its revision."""
    _rewrite(server, "sync_place", r"rev = p_rev\n", "rev = case when h.stays then p_rev else e.rev end\n")


def _rewrite(server: Server, function: str, right: str, wrong: str) -> None:
    """Replace a part of a function in this database."""
    with server.connect(autocommit=True) as connection:
        found = connection.execute("select pg_get_functiondef(oid) from pg_proc where proname = %s", [function])
        [(source,)] = found.fetchall()
        planted, count = re.subn(right, wrong.replace("\\", r"\\"), source, flags=re.DOTALL)
        assert count == 1, f"{function} has changed: plant the bug anew"
        connection.execute(planted)


class _OverlayDroppedAtTheAnswer(Outbox):
    def record(self, result: Json) -> None:
        super().record(result)
        with self._store.transaction():
            for (id,) in self._store.rows("select id from mutation where state = 'applied'"):
                self._change(id, "delete from mutation where id = ?")


class OverlayDroppedEarly(Client):
    """Lets go of what the person did when the server has answered, without waiting for the pull."""

    def __init__(self, **how: object) -> None:
        super().__init__(**how)  # type: ignore[arg-type]
        self._outbox = _OverlayDroppedAtTheAnswer(self.store)
