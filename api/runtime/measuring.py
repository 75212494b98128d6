"""Where the processes of this machine leave their figures, for `/metrics` of the web to show them all together."""

import os
from collections.abc import Iterator
from pathlib import Path

import psutil


def measure_as(kind: str, *, runtime_dir: Path) -> None:
    """Leave this process's figures, and those of its children, with those of its kind.

    To be called before anything imports `prometheus_client`, which looks once where to put them.
    """
    folder = runtime_dir / "metrics" / kind
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.glob("*.db"):
        if not psutil.pid_exists(int(file.stem.rpartition("_")[2])):
            file.unlink(missing_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def measured(runtime_dir: Path) -> Iterator[Path]:
    """Yield the files of all processes."""
    return (runtime_dir / "metrics").glob("*/*.db")
