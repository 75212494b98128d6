"""Where a bucket is: what the settings say, apart from the library that opens it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """A bucket of an S3-compatible service.

    `endpoint` is the service's address, None for AWS itself. Without keys the library finds those of the machine that
    it runs on.
    """

    name: str
    prefix: str
    region: str
    endpoint: str | None
    access_key_id: str | None
    secret_access_key: str | None
