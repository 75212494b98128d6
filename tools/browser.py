"""Print the path of a Chromium for the browser tests; install one where there is none.

The system's own is taken if there is one, else Debian's package, else Playwright's build.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def installed() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None) or playwrights_own()


def playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> None:
    print("==> Installing Chromium for the browser tests", file=sys.stderr, flush=True)
    if os.geteuid() == 0 and shutil.which("apt-get"):
        run("apt-get", "update", "-qq")
        run("apt-get", "install", "-qq", "-y", "--no-install-recommends", "chromium")
    if not installed():
        with_system_libraries = ["--with-deps"] if os.geteuid() == 0 else []
        run(sys.executable, "-m", "playwright", "install", *with_system_libraries, "chromium")


def run(*command: str) -> None:
    subprocess.run(command, check=False, stdout=sys.stderr)


if __name__ == "__main__":
    if not installed():
        install()
    if not (path := installed()):
        sys.exit("No Chromium was found or could be installed: install one and put it on the PATH.")
    print(path)
