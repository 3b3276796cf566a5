"""The demo company as it is run: it starts, stops, comes back, and leaves nothing behind however it ends."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hongxian.cli import processes
from hongxian.cli.management.commands import demo
from hongxian.config.home import Home
from tests.server import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def home() -> Iterator[Home]:
    """One home for all: setting it up takes a while."""
    folder = Path(tempfile.mkdtemp(prefix="hx-demo-"))
    yield Home(folder)
    shutil.rmtree(folder, ignore_errors=True)


def _surroundings(home: Home, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HONGXIAN_")}
    return {**kept, "HONGXIAN_HOME": str(home.path), "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1", "PYTHONUTF8": "1", **more}


def _command(home: Home, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hongxian.config", *arguments],
        env=_surroundings(home, **more),
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )


@contextmanager
def _demo(home: Home, port: int) -> Iterator[subprocess.Popen[str]]:
    """A demo that has said it is ready, in a process group of its own as in a terminal."""
    with subprocess.Popen(
        [sys.executable, "-m", "hongxian.config", "demo", "--empty"],
        env=_surroundings(home, HONGXIAN_PORT=str(port), HONGXIAN_PORTAL_PORT=str(free_port())),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as running:
        try:
            assert running.stdout is not None
            said = []
            for line in running.stdout:
                said.append(line)
                if "Ctrl-C" in line:
                    break
            assert running.poll() is None, "".join(said)
            yield running
        finally:
            running.kill()


def _processes_of(home: Home) -> list[str]:
    """The command lines of all processes that have to do with this home."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "environ").read_bytes() + b" " + (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if str(home.path).encode() in words and folder.name != str(os.getpid()):
            found.append((folder / "cmdline").read_text(errors="replace").replace("\0", " "))
    return [line for line in found if line]


def _eventually(holds: Callable[[], bool], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.1)
    return False


class TestDemo:
    def test_runs_until_ctrl_c_and_ends_without_a_word_too_many(self, home: Home) -> None:
        port = free_port()
        with _demo(home, port) as running:
            assert demo.ready(port)
            os.killpg(running.pid, signal.SIGINT)
            said = running.communicate(timeout=60)[0]
        assert running.returncode == 0
        assert "已停止" in said
        assert "Traceback" not in said
        assert _eventually(lambda: _processes_of(home) == [])
        for log in home.logs.glob("*.log"):
            assert "Traceback" not in log.read_text(), log

    def test_leaves_nothing_behind_when_it_is_killed(self, home: Home) -> None:
        port = free_port()
        with _demo(home, port) as running:
            assert len(_processes_of(home)) > 6
            running.kill()
        assert _eventually(lambda: _processes_of(home) == []), _processes_of(home)

    def test_restarts_a_killed_process(self, home: Home) -> None:
        port = free_port()
        with _demo(home, port) as running:
            keeper = next(folder for folder in Path("/proc").glob("[0-9]*") if _is_keeper(folder, home))
            os.kill(int(keeper.name), signal.SIGKILL)
            assert _eventually(lambda: not processes.answers(home.run / "keeper.sock"), 5)
            assert _eventually(lambda: processes.answers(home.run / "keeper.sock"), 10)
            running.terminate()
            assert "keeper" in running.communicate(timeout=60)[0]
        assert running.returncode == 0

    def test_says_in_one_line_that_the_port_is_in_use(self, tmp_path: Path) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            fresh = Home(tmp_path / "fresh")
            done = _command(fresh, "demo", HONGXIAN_PORT=str(port), HONGXIAN_PORTAL_PORT=str(free_port()))
        assert done.returncode == 1
        assert len(done.stderr.splitlines()) == 1
        assert f"port {port} is in use" in done.stderr
        assert not fresh.path.exists()


def _is_keeper(folder: Path, home: Home) -> bool:
    try:
        return (
            b"serve\0keeper" in (folder / "cmdline").read_bytes() and str(home.path).encode() in (folder / "environ").read_bytes()
        )
    except OSError:
        return False


class TestSetup:
    def test_says_one_line_when_nothing_is_to_be_done(self, home: Home) -> None:
        assert _command(home, "setup").returncode == 0
        done = _command(home, "setup")
        assert done.returncode == 0
        assert len(done.stdout.splitlines()) == 1

    @pytest.mark.parametrize(
        ("address", "words"),
        [
            ("mysql://a:geheim@localhost/x", "must read"),
            ("postgresql://a:ge#heim@localhost/x", "must read"),
            ("postgresql://a:geheim@127.0.0.1:1/x", "refused"),
        ],
    )
    def test_says_in_one_line_that_the_database_address_is_wrong(self, home: Home, address: str, words: str) -> None:
        done = _command(home, "setup", HONGXIAN_DATABASE_URL=address)
        assert done.returncode == 1
        assert len(done.stderr.splitlines()) == 1, done.stderr
        assert words in done.stderr
        assert "heim" not in done.stderr + done.stdout

    def test_says_in_one_line_that_it_cannot_write(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        done = _command(Home(tmp_path / "file"), "setup")
        assert done.returncode == 1
        assert len(done.stderr.splitlines()) == 1, done.stderr


class TestKeeper:
    PROGRAM = """
        import time, django
        django.setup()
        from django.conf import settings
        from hongxian.cli import company, processes
        def answers():
            return processes.answers(settings.KEEPER_SOCKET)
        with company.prepared():
            with company.running("keeper"):
                print(answers())
            print(answers())
            with company.running("keeper") as first, company.running("keeper") as second:
                time.sleep(1.5)
                first.kill()
                first.wait()
                deadline = time.monotonic() + 10
                while not answers() and time.monotonic() < deadline:
                    time.sleep(0.05)
                print(answers(), second.poll())
    """

    def test_answers_while_needed_and_a_second_one_takes_over_when_the_first_is_killed(self, home: Home) -> None:
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(self.PROGRAM)],
            env=_surroundings(home, DJANGO_SETTINGS_MODULE="hongxian.config.settings"),
            capture_output=True,
            text=True,
            check=False,
            timeout=110,
        )
        assert done.stdout.splitlines() == ["True", "False", "True None"], done.stderr
