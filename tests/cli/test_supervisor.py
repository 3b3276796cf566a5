"""The processes are kept going, stopped in order, and never outlive the one who started them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hongxian.cli import processes, supervisor
from hongxian.cli.supervisor import Supervisor

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]


class Stand:
    """Starts small processes in place of the company's and writes down what happened to them."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "happened"
        self.file.touch()

    def start(self, process: str, program: str = "signal.pause()") -> subprocess.Popen[bytes]:
        text = f"""
            import os, signal, sys, time
            def note(word):
                with open({str(self.file)!r}, "a") as file:
                    file.write(word + " {process}\\n")
            def end(*_):
                note("stopped")
                sys.exit(0)
            signal.signal(signal.SIGTERM, end)
            note("started")
            {program}
        """
        return subprocess.Popen([sys.executable, "-c", textwrap.dedent(text)], start_new_session=True)

    def happened(self) -> list[str]:
        return self.file.read_text().splitlines()

    def wait_for(self, line: str, count: int = 1) -> bool:
        return eventually(lambda: self.happened().count(line) >= count)


def eventually(holds: Callable[[], bool], seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def stand(tmp_path: Path) -> Stand:
    return Stand(tmp_path)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


class TestSupervisor:
    def test_stops_who_asks_before_who_is_asked(self, stand: Stand) -> None:
        said: list[str] = []
        duty = Supervisor(said.append, start_child=stand.start)
        with duty.on_duty():
            duty.watch(until=lambda: len(stand.happened()) == len(supervisor.START))
        stopped = [line.removeprefix("stopped ") for line in stand.happened() if line.startswith("stopped")]
        assert set(stopped[:2]) == {"desk", "portal"}
        assert set(stopped[2:4]) == {"worker", "dialer"}
        assert stopped[4:] == ["keeper"]
        assert said == []

    def test_restarts_a_fallen_process_and_says_so(self, stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(supervisor, "SHORTEST_WAIT", 0.1)
        said: list[str] = []
        children: list[subprocess.Popen[bytes]] = []

        def start(process: str) -> subprocess.Popen[bytes]:
            children.append(stand.start(process))
            return children[-1]

        duty = Supervisor(said.append, names=("keeper",), start_child=start)
        with duty.on_duty():
            duty.watch(until=lambda: stand.happened().count("started keeper") == 1)
            children[0].kill()
            duty.watch(until=lambda: stand.happened().count("started keeper") == 2)
        assert len(children) == 2
        assert len(said) == 1
        assert "keeper" in said[0]

    def test_waits_longer_for_one_that_falls_again_and_again(self, stand: Stand) -> None:
        starts: list[float] = []

        def start(process: str) -> subprocess.Popen[bytes]:
            starts.append(time.monotonic())
            return stand.start(process, "sys.exit(1)")

        duty = Supervisor(lambda _: None, names=("worker",), start_child=start)
        with duty.on_duty():
            duty.watch(until=lambda: len(starts) == 4, pause=0.05)
        waits = [after - before for before, after in pairwise(starts)]
        assert waits[0] < waits[1] < waits[2]
        assert waits[2] >= 2

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    def test_takes_a_signal_as_the_wish_to_stop(self, stand: Stand, number: signal.Signals) -> None:
        before = signal.getsignal(number)
        duty = Supervisor(lambda _: None, names=("keeper",), start_child=stand.start)
        with duty.on_duty():
            duty.watch(until=lambda: stand.happened() == ["started keeper"])
            threading.Timer(0.2, os.kill, (os.getpid(), number)).start()
            duty.watch()
        assert stand.happened() == ["started keeper", "stopped keeper"]
        assert signal.getsignal(number) is before

    def test_a_second_signal_ends_even_the_deaf_at_once(self, stand: Stand) -> None:
        deaf = "signal.signal(signal.SIGTERM, signal.SIG_IGN); note('deaf'); time.sleep(60)"
        duty = Supervisor(lambda _: None, names=("desk", "keeper"), start_child=lambda process: stand.start(process, deaf))
        for wait in (0.1, 0.6):
            threading.Timer(wait + 1.5, os.kill, (os.getpid(), signal.SIGINT)).start()
        with duty.on_duty():
            duty.watch(until=lambda: stand.happened().count("deaf desk") + stand.happened().count("deaf keeper") == 2)
            duty.watch()
            begun = time.monotonic()
        assert time.monotonic() - begun < 5


class TestStop:
    def test_ends_a_deaf_child_with_all_it_started(self, stand: Stand) -> None:
        child = stand.start(
            "desk", "signal.signal(signal.SIGTERM, signal.SIG_IGN); note(str(os.fork())); note('forked'); time.sleep(60)"
        )
        assert stand.wait_for("forked desk", 2)
        grandchild = max(int(line.split()[0]) for line in stand.happened() if line[0].isdigit())
        processes.stop(child, patience=0.2)
        assert eventually(lambda: not _alive(grandchild))


class TestEndWith:
    PARENT = """
        import os, subprocess, sys, time
        child = subprocess.Popen([sys.executable, "-c", '''
        import os, signal, sys, time
        import hongxian.cli.processes as processes
        {before}
        processes.end_with(int(sys.argv[1]))
        print(os.getpid(), flush=True)
        time.sleep(60)
        ''', str(os.getpid())], start_new_session=True)
        {after}
    """

    def _run(self, before: str = "", after: str = "time.sleep(60)") -> subprocess.Popen[str]:
        text = textwrap.dedent(self.PARENT).format(before=before, after=after)
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "hongxian.config.settings"}
        return subprocess.Popen([sys.executable, "-c", text], env=environment, stdout=subprocess.PIPE, text=True)

    def test_a_killed_parent_takes_its_child_along(self) -> None:
        with self._run() as parent:
            assert parent.stdout is not None
            child = int(parent.stdout.readline())
            assert _alive(child)
            parent.kill()
        assert eventually(lambda: not _alive(child))

    def test_a_parent_that_is_gone_already_is_noticed(self) -> None:
        with self._run(before="time.sleep(1)", after="os._exit(0)") as parent:
            assert parent.stdout is not None
            assert parent.stdout.read() == ""
