"""First pulls, and pulls of a few changes."""

from statistics import mean, median
from time import perf_counter
from uuid import UUID

import orjson

from bench.device import Command, Device, all_applied
from bench.figures import Samples
from bench.installation import Server
from bench.organisation import Organisation

CHANGES = 10
ROUNDS_OF_CHANGES = 20
"""Pulls of a few changes that make up one run: a single one takes a few milliseconds, and is easily disturbed."""


def first_pulls(server: Server, organisation: Organisation, *, runs: int) -> Samples:
    """Measure the first pull of a rep who holds 10,000 documents, plain and compressed.

    `document_bytes` is how large these are in the mean.
    """
    device = Device(server, email=organisation.reps[0].email)
    document_bytes = [
        len(orjson.dumps(change["doc"])) for page in device.pages() for change in orjson.loads(page.body)["changes"]
    ]
    rows = len(document_bytes)
    _receive_all(device, zstd=True)
    samples: dict[str, list[float]] = {"first_pull_rows_per_s": [], "first_pull_zstd_rows_per_s": []}
    sizes = []
    for _ in range(runs):
        for key, zstd in (("first_pull_rows_per_s", False), ("first_pull_zstd_rows_per_s", True)):
            began = perf_counter()
            size = _receive_all(device, zstd=zstd)
            samples[key].append(rows / (perf_counter() - began))
            if zstd:
                sizes.append(float(size))
    device.close()
    return {**samples, "first_pull_zstd_bytes": sizes, "document_bytes": [mean(document_bytes)]}


def incremental_pulls(server: Server, organisation: Organisation, *, runs: int, size: str) -> Samples:
    """Measure the pull of the 10 visits that a colleague has just changed. `size` ends the name of the figure."""
    device = Device(server, email=organisation.reps[0].email)
    colleague = Device(server, email=organisation.reps[1].email)
    cursor = device.pull_all().cursor
    base_rev = 1
    visits = organisation.reps[1].visits
    times: list[float] = []
    sizes: list[float] = []
    for run in range(-1, runs):
        elapsed: list[float] = []
        received = 0
        for round_number in range(ROUNDS_OF_CHANGES):
            first = CHANGES * round_number
            changes = [_new_purpose(visit_id, run) for visit_id in visits[first : first + CHANGES]]
            answer = colleague.push(colleague.prepare_push(*changes, base_rev=base_rev))
            if not all_applied(answer):
                raise RuntimeError(f"a change was not applied: {answer[:1000]!r}")
            began = perf_counter()
            page = device.pull(cursor, zstd=True)
            elapsed.append(perf_counter() - began)
            received += page.bytes_received
            if page.changes != CHANGES or page.more:
                raise RuntimeError(f"{page.changes} changes came instead of {CHANGES}")
            cursor, base_rev = page.cursor, page.checkpoint
        if run >= 0:  # the first one warms up
            times.append(median(elapsed) * 1000)
            sizes.append(received / ROUNDS_OF_CHANGES)
    device.close()
    colleague.close()
    return {f"incremental_{size}_ms": times, "incremental_bytes": sizes}


def _new_purpose(visit_id: UUID, run: int) -> Command:
    return "visit.update", {"visit_id": visit_id, "purpose": f"Agreed by phone, round {run + 2}"}


def _receive_all(device: Device, *, zstd: bool) -> int:
    return sum(page.bytes_received for page in device.pages(zstd=zstd))
