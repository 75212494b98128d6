"""The hash of a bucket, as every client computes it."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.support.company import Company

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "checksums.json").read_text())


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_database_computes_the_hash_that_clients_compute(company: Company, vector: dict[str, Any]) -> None:
    documents = vector["given"]["documents"]
    with company.session() as session:
        terms = [
            session.execute(text("select sync_hash(cast(:id as uuid), :rev)"), document).scalar_one()
            for document in documents
        ]
    assert {"count": len(terms), "hash": sum(terms) % 2**32} == vector["expect"]
