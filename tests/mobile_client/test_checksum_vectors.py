"""The reference client adds up a bucket as the protocol says."""

import json
from pathlib import Path
from typing import Any

import pytest

from mobile_client.store import sync_hash

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "checksums.json").read_text())


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_client_computes_the_hash_of_a_bucket(vector: dict[str, Any]) -> None:
    terms = [sync_hash(document["id"], document["rev"]) for document in vector["given"]["documents"]]
    assert {"count": len(terms), "hash": sum(terms) % 2**32} == vector["expect"]
