"""Whether what the engine keeps of its log agrees with the log."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import psycopg


def broken_sums(connection: psycopg.Connection[Any], *, org_id: UUID) -> Collection[Any]:
    """Return the buckets whose kept count or hash is not that of their entries."""
    return connection.execute(
        """
        select bucket, b.count, b.hash, e.count, e.hash
          from (select bucket, count, hash from sync_buckets
                 where org_id = %(org)s and (count <> 0 or hash <> 0)) b
          full join (select bucket, count(*), mod(sum(sync_hash(id, rev)), 4294967296) as hash
                       from sync_entries where org_id = %(org)s and present group by bucket) e using (bucket)
         where (b.count, b.hash) is distinct from (e.count, e.hash)
        """,
        {"org": org_id},
    ).fetchall()
