"""Objects in a bucket of an S3-compatible service. The only file that knows the S3 library."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cached_property
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING

import obstore
from obstore.store import S3Store

from api.storage.bucket import Bucket
from domain.attachments.storage import ObjectMissing

if TYPE_CHECKING:
    from obstore.store import S3Config  # for type checkers only

READ_BYTES = 1024 * 1024
IN_MEMORY_BYTES = 4 * 1024 * 1024
PARTS_AT_ONCE = 2
CONNECT_WITHIN = timedelta(seconds=5)
ANSWER_WITHIN = timedelta(seconds=20)


class BucketStorage:
    """Keeps each object in the bucket, below the bucket's prefix."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    @cached_property
    def _store(self) -> S3Store:
        # Made at first use: its threads would not survive the forking of the web processes.
        bucket = self._bucket
        config: S3Config = {
            "region": bucket.region,
            # Services other than AWS are reached under one host name, whatever the bucket.
            "virtual_hosted_style_request": bucket.endpoint is None,
        }
        if bucket.endpoint is not None:
            config["endpoint"] = bucket.endpoint
        if bucket.access_key_id is not None and bucket.secret_access_key is not None:
            config["access_key_id"], config["secret_access_key"] = bucket.access_key_id, bucket.secret_access_key
        return S3Store(
            bucket.name,
            prefix=bucket.prefix or None,
            config=config,
            client_options={
                "allow_http": bucket.endpoint is not None and bucket.endpoint.startswith("http://"),
                "connect_timeout": CONNECT_WITHIN,
                "timeout": ANSWER_WITHIN,
            },
            # Shorter than the database lets a transaction rest; phones try again by themselves.
            retry_config={"max_retries": 2, "retry_timeout": ANSWER_WITHIN},
        )

    def put(self, key: str, pieces: Iterable[bytes]) -> None:
        """Send the object, in several parts if it is large; it appears once it is whole."""
        # Not as an iterator: pieces that are themselves being read from the bucket cannot be asked for meanwhile.
        with SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as spool:
            for piece in pieces:
                spool.write(piece)
            spool.seek(0)
            obstore.put(self._store, key, spool, max_concurrency=PARTS_AT_ONCE)

    def read(self, key: str, *, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Return the bytes from `start` up to `stop`, in pieces."""
        try:
            size = obstore.head(self._store, key)["size"]
        except FileNotFoundError as error:
            raise ObjectMissing(key) from error
        end = size if stop is None else min(stop, size)
        # A request each: whoever takes long to receive them lets none of them time out.
        return (
            bytes(obstore.get_range(self._store, key, start=at, end=min(at + READ_BYTES, end)))
            for at in range(start, end, READ_BYTES)
        )

    def delete(self, keys: Iterable[str]) -> None:
        """Remove the objects."""
        if names := list(keys):
            obstore.delete(self._store, names)

    def list_keys(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """Return the objects below `prefix`. Unfinished ones are the service's own affair (a lifecycle rule)."""
        for page in obstore.list(self._store, prefix):
            for item in page:
                yield item["path"], item["last_modified"]
