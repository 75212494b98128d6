"""Fieldbook's own PostgreSQL: starts, is shared, survives kills, and never harms a process that is not its own."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from api.runtime.postgres import APP_ROLE, OWNER_ROLE, EmbeddedPostgres


@pytest.fixture
def postgres() -> Iterator[EmbeddedPostgres]:
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres").start()
        yield server
        server.start().destroy()


def query(server: EmbeddedPostgres, sql: str, *, role: str = APP_ROLE) -> object:
    with psycopg.connect(server.url(role=role)) as connection:
        row = connection.execute(sql).fetchone()
    assert row
    return row[0]


def note(server: EmbeddedPostgres, text: str) -> None:
    with psycopg.connect(server.url(role=OWNER_ROLE)) as connection:
        connection.execute("create table if not exists note (text text)")
        connection.execute("insert into note values (%s)", [text])


def notes(server: EmbeddedPostgres) -> object:
    return query(server, "select array_agg(text order by text) from note", role=OWNER_ROLE)


def postmaster(server: EmbeddedPostgres) -> psutil.Process:
    return psutil.Process(int((server.data_dir / "postmaster.pid").read_text().split("\n")[0]))


def test_the_app_role_is_bound_by_row_level_security(postgres: EmbeddedPostgres):
    assert query(postgres, "select current_user::text") == APP_ROLE
    assert query(postgres, "select rolsuper or rolbypassrls from pg_roles where rolname = current_user") is False


def test_the_cluster_keeps_promises_over_a_power_cut(postgres: EmbeddedPostgres):
    assert query(postgres, "select current_setting('fsync')") == "on"
    assert query(postgres, "select current_setting('data_checksums')") == "on"


def test_names_sort_and_fold_the_same_on_every_machine(postgres: EmbeddedPostgres):
    assert query(postgres, "select datlocale from pg_database where datname = current_database()") == "C.UTF-8"
    assert query(postgres, "select lower('ÄÖÜ')") == "äöü"


def test_it_listens_on_a_private_socket_only(postgres: EmbeddedPostgres):
    assert query(postgres, "select current_setting('listen_addresses')") == ""
    assert postgres.socket_dir.stat().st_mode & 0o077 == 0


def test_a_restart_keeps_the_data(postgres: EmbeddedPostgres):
    note(postgres, "before")
    postgres.stop()
    assert not postgres.is_running()

    postgres.start()
    assert notes(postgres) == ["before"]


def test_the_last_one_out_stops_the_server(postgres: EmbeddedPostgres):
    second = EmbeddedPostgres(postgres.home).start()

    postgres.stop()
    assert second.is_running()

    second.stop()
    assert not second.is_running()


def test_a_user_that_was_killed_does_not_keep_the_server(postgres: EmbeddedPostgres):
    use_it = (
        "import pathlib, sys; from api.runtime.postgres import EmbeddedPostgres\n"
        "EmbeddedPostgres(pathlib.Path(sys.argv[1])).start(); print('in use', flush=True); sys.stdin.read()"
    )
    killed = subprocess.Popen(
        [sys.executable, "-c", use_it, str(postgres.home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with killed:
        assert killed.stdout
        assert killed.stdout.readline() == b"in use\n"
        killed.kill()

    postgres.stop()
    assert not postgres.is_running()


def test_it_recovers_after_the_server_was_killed(postgres: EmbeddedPostgres):
    note(postgres, "committed")
    server = postmaster(postgres)
    server.kill()
    server.wait(timeout=30)

    again = EmbeddedPostgres(postgres.home).start()
    assert notes(again) == ["committed"]
    again.stop()


def test_a_stale_pid_file_that_names_a_foreign_process_harms_nobody(postgres: EmbeddedPostgres):
    note(postgres, "kept")
    pid_file = postgres.data_dir / "postmaster.pid"
    lines = pid_file.read_text().split("\n")
    server = postmaster(postgres)
    server.kill()
    server.wait(timeout=30)

    server_user = postgres.home.stat().st_uid
    as_server = {"user": server_user, "group": postgres.home.stat().st_gid} if os.geteuid() == 0 else {}
    with subprocess.Popen(["sleep", "600"], **as_server) as foreign:  # type: ignore[call-overload]
        for stale in (pid_file, postgres.socket_dir / ".s.PGSQL.5432.lock"):
            stale.write_text("\n".join([str(foreign.pid), *lines[1:]]))
        assert not postgres.is_running()

        again = EmbeddedPostgres(postgres.home).start()
        assert notes(again) == ["kept"]
        again.stop()
        postgres.stop()

        assert foreign.poll() is None
        foreign.send_signal(signal.SIGTERM)


def test_a_path_too_long_for_a_socket_is_no_obstacle():
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder) / ("a-long-name-" * 10) / "postgres").start()
        try:
            assert query(server, "select 1") == 1
        finally:
            server.destroy()


def test_blanks_and_quotes_in_the_path_are_no_obstacle():
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder) / 'O\'Hara, & "co" $HOME' / "postgres").start()
        try:
            assert query(server, "select 1") == 1
        finally:
            server.destroy()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can put the checkout where PostgreSQL's user cannot go")
def test_root_may_run_it_from_a_folder_that_is_closed_to_others():
    with tempfile.TemporaryDirectory() as folder:
        closed = Path(folder) / "closed"
        closed.mkdir(mode=0o700)
        server = EmbeddedPostgres(closed / "postgres").start()
        try:
            assert query(server, "select 1") == 1
            assert postmaster(server).uids().real != 0
            assert closed.stat().st_mode & 0o777 == 0o700
        finally:
            server.destroy()
        assert not list(closed.glob("postgres/*"))
