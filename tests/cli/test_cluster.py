"""The embedded server: made once, found again, never left behind."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from hongxian.cli import account, cluster, folders, guard
from hongxian.cli.trouble import CannotStart
from tests.server import TUNING

if TYPE_CHECKING:
    from collections.abc import Callable

    from hongxian.config.home import Home

ROOT = Path(__file__).resolve().parents[2]


def _ask(home: Home, query: str) -> object:
    with psycopg.connect(
        host=str(home.socket), user=cluster.ROOT, password=home.password("root"), dbname="postgres", autocommit=True
    ) as connection:
        cursor = connection.execute(query.encode())
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None


def _eventually(holds: Callable[[], bool], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return False


def _other_process(home: Home, then: str) -> subprocess.Popen[str]:
    """A process that uses the home's server, says so and then does `then`."""
    program = textwrap.dedent(f"""
        import os, signal, time
        from pathlib import Path
        from hongxian.cli import cluster
        from hongxian.config.home import Home
        server = cluster.start(Home(Path({str(home.path)!r})), settings={TUNING!r})
        print("up", flush=True)
        {then}
    """)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1"}
    return subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=environment)


class TestStart:
    def test_makes_a_server_that_only_the_password_opens(self, home: Home) -> None:
        with cluster.start(home, settings=TUNING):
            assert _ask(home, "SELECT current_setting('server_version_num')::int >= 180000") is True
            assert _ask(home, "SHOW listen_addresses") == ""
            assert _ask(home, "SHOW data_checksums") == "on"
            assert _ask(home, "SHOW server_encoding") == "UTF8"
            with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
                psycopg.connect(host=str(home.socket), user=cluster.ROOT, password="wrong", dbname="postgres")
            with pytest.raises(psycopg.OperationalError, match="no password"):
                psycopg.connect(host=str(home.socket), user=cluster.ROOT, dbname="postgres")

    def test_keeps_every_secret_to_its_owner(self, home: Home) -> None:
        with cluster.start(home, settings=TUNING) as server:
            for folder in (home.secrets, home.keys, home.logs, home.uploads, server.data, home.socket):
                assert stat.S_IMODE(folder.stat().st_mode) == 0o700, folder
            assert stat.S_IMODE((home.secrets / "root.password").stat().st_mode) == 0o600
            assert not list(home.path.glob("*.new"))

    def test_again_keeps_the_data(self, home: Home) -> None:
        with cluster.start(home, settings=TUNING):
            _ask(home, "CREATE TABLE kept AS SELECT 7 AS seven")
        assert guard.server_pid(home.data.resolve()) is None
        with cluster.start(home, settings=TUNING):
            assert _ask(home, "SELECT seven FROM kept") == 7

    def test_twice_at_the_same_time_makes_one_server(self, home: Home) -> None:
        with ThreadPoolExecutor(2) as both:
            servers = list(both.map(lambda _: cluster.start(home, settings=TUNING), range(2)))
        assert _ask(home, "SELECT 1") == 1
        servers[0].stop()
        assert _ask(home, "SELECT 1") == 1, "the other one still uses it"
        servers[1].stop()
        assert guard.server_pid(home.data.resolve()) is None

    def test_goes_on_after_the_server_was_killed(self, home: Home) -> None:
        with cluster.start(
            home, settings={**TUNING, "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
        ) as server:
            _ask(home, "CREATE TABLE kept AS SELECT 7 AS seven")
            pid = guard.server_pid(server.data)
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            assert _eventually(lambda: guard.server_pid(server.data) is None)
            assert (server.data / "postmaster.pid").exists()
            with cluster.start(home, settings=TUNING):
                assert _ask(home, "SELECT seven FROM kept") == 7

    def test_is_not_misled_by_a_left_over_pid_that_lives_again(self, home: Home) -> None:
        with cluster.start(home, settings=TUNING) as server:
            lines = (server.data / "postmaster.pid").read_text().split("\n")
        (server.data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]))
        (home.socket / ".s.PGSQL.5432.lock").write_text("\n".join([str(os.getpid()), *lines[1:]]))
        with cluster.start(home, settings=TUNING):
            assert _ask(home, "SELECT 1") == 1

    def test_begins_anew_after_an_interrupted_making(self, home: Home) -> None:
        draft = home.data.with_name("data.new")
        draft.mkdir()
        (draft / "PG_VERSION").write_text("18\n")
        with cluster.start(home, settings=TUNING):
            assert _ask(home, "SELECT 1") == 1

    def test_leaves_a_folder_alone_that_holds_something_else(self, home: Home) -> None:
        home.data.mkdir()
        (home.data / "thesis.txt").write_text("mine")
        with pytest.raises(CannotStart, match=r"thesis|something else"):
            cluster.start(home, settings=TUNING)
        assert (home.data / "thesis.txt").read_text() == "mine"

    def test_says_in_one_line_why_the_server_does_not_start(self, home: Home) -> None:
        with pytest.raises(CannotStart, match="shared_buffers") as caught:
            cluster.start(home, settings={"shared_buffers": "minus one"})
        assert "\n" not in str(caught.value)

    def test_works_where_the_path_is_too_long_for_a_socket(self, home: Home) -> None:
        far = type(home)(home.path / ("x" * 90))
        folders.make(far)
        try:
            with cluster.start(far, settings=TUNING):
                assert _ask(far, "SELECT 1") == 1
        finally:
            subprocess.run(["rm", "-rf", str(far.run)], check=True)

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root has a home that the server's account can't reach")
    def test_works_in_a_home_that_the_servers_account_cannot_reach(self, home: Home) -> None:
        closed = home.path / "closed"
        closed.mkdir(mode=0o700)
        hidden = type(home)(closed / "home")
        folders.make(hidden)
        with cluster.start(hidden, settings=TUNING) as server:
            assert _ask(hidden, "CREATE TABLE kept AS SELECT 7 AS seven") is None
        assert hidden.data.is_symlink()
        with cluster.start(hidden, settings=TUNING) as server:
            assert _ask(hidden, "SELECT seven FROM kept") == 7
            place = server.data.parent
        assert place.is_relative_to(account.SHARED)
        subprocess.run(["rm", "-rf", str(place)], check=True)


class TestStop:
    def test_happens_when_the_only_user_is_killed(self, home: Home) -> None:
        with _other_process(home, "time.sleep(60)") as other:
            assert other.stdout is not None
            assert other.stdout.readline() == "up\n"
            data = home.data.resolve()
            assert guard.server_pid(data) is not None
            other.kill()
        assert _eventually(lambda: guard.server_pid(data) is None)

    def test_does_not_happen_while_somebody_else_uses_the_server(self, home: Home) -> None:
        with _other_process(home, "os.kill(os.getpid(), signal.SIGKILL)") as other:
            assert other.stdout is not None
            assert other.stdout.readline() == "up\n"
            server = cluster.start(home, settings=TUNING)
        time.sleep(0.3)
        assert _ask(home, "SELECT 1") == 1
        server.stop()
        assert guard.server_pid(server.data) is None

    def test_twice_is_once(self, home: Home) -> None:
        server = cluster.start(home, settings=TUNING)
        server.stop()
        server.stop()
        assert not list(home.socket.glob(".s.PGSQL.*[0-9]"))


class TestMake:
    def test_refuses_a_disk_that_is_nearly_full(self, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(folders, "LEAST_FREE", 1 << 60)
        with pytest.raises(CannotStart, match=r"磁盘空间不足.*not enough disk space"):
            cluster.start(home, settings=TUNING)
        assert not home.data.exists()

    def test_refuses_a_place_that_is_no_folder(self, home: Home) -> None:
        (home.path / "file").write_text("")
        with pytest.raises(CannotStart, match=r"无法写入 .*file.* \| cannot write"):
            folders.make(type(home)(home.path / "file" / "home"))

    @pytest.mark.skipif(os.geteuid() != 0, reason="needs root to give a folder away")
    def test_refuses_a_run_folder_of_somebody_else(self, home: Home) -> None:
        os.chown(home.run, 1, 1)
        with pytest.raises(CannotStart, match="refusing"):
            folders.make(home)

    def test_closes_what_stands_open(self, home: Home) -> None:
        home.secrets.chmod(0o755)
        folders.make(home)
        assert stat.S_IMODE(home.secrets.stat().st_mode) == 0o700


class TestPrograms:
    @pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
    def test_are_copied_when_the_account_cannot_reach_them(self, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(account, "SHARED", home.path / "shared")
        monkeypatch.setattr(account, "_runs_for", lambda *_: False)
        who = account.find()
        programs = account.programs(who)
        assert programs.is_relative_to(home.path / "shared")
        assert who is not None
        done = subprocess.run(
            [str(programs / "postgres"), "--version"], user=who.uid, group=who.gid, capture_output=True, check=True
        )
        assert b"PostgreSQL" in done.stdout
        with cluster.start(home, settings=TUNING):
            assert _ask(home, "SELECT 1") == 1
