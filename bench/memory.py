"""How much a web worker grows while many first syncs run at the same time."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from time import sleep

from bench.device import Busy, Device
from bench.figures import Samples
from bench.installation import Server
from bench.organisation import Rep

FIRST_SYNCS = 10
LOOK_EVERY_S = 0.05
_MB = 1_000_000


def first_syncs(server: Server, rep: Rep) -> Samples:
    """Measure by how many MB the web worker that grows most does so while 10 devices of that rep sync for the first
    time.

    Its resident memory at its highest is compared with that after the devices have signed in; the server must have been
    started for this, so that nothing is in use or cached from before. A device that is asked to come again does.
    """
    with ExitStack() as open_devices, ThreadPoolExecutor(FIRST_SYNCS) as threads:
        devices = [open_devices.enter_context(closing(Device(server, email=rep.email))) for _ in range(FIRST_SYNCS)]
        workers = server.web_workers
        before = [worker.memory_info().rss for worker in workers]
        highest = list(before)
        done = threading.Event()

        def watch() -> None:
            while not done.wait(LOOK_EVERY_S):
                for index, worker in enumerate(workers):
                    highest[index] = max(highest[index], worker.memory_info().rss)

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            pulled = list(threads.map(_count_first_sync, devices))
        finally:
            done.set()
            watcher.join()
    if len(set(pulled)) != 1:
        raise RuntimeError(f"the devices hold different numbers of documents: {pulled}")
    growth = max(high - low for high, low in zip(highest, before, strict=True)) / _MB
    return {"first_syncs_memory_mb": [growth]}


def _count_first_sync(device: Device) -> int:
    """Pull everything, keeping nothing, and return how many documents came."""
    documents, cursor, more = 0, None, True
    while more:
        try:
            page = device.pull(cursor)
        except Busy as busy:
            sleep(busy.retry_after_s)
            continue
        documents, cursor, more = documents + page.changes, page.cursor, page.more
    return documents
