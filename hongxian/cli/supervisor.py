"""Keeps the company's processes going on one machine: starts them, restarts the fallen, stops all in order."""

from __future__ import annotations

import signal
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hongxian.cli import processes

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator, Sequence
    from types import FrameType

START = ("keeper", "worker", "dialer", "desk", "portal")
STOP = (("desk", "portal"), ("worker", "dialer"), ("keeper",))  # who asks goes before who is asked
PATIENCE = 15.0
SHORTEST_WAIT, LONGEST_WAIT = 0.5, 30.0
STEADY = 30.0  # seconds: after running that long, a fall counts as the first


@dataclass(slots=True)
class _Child:
    process: str
    running: subprocess.Popen[bytes]
    since: float
    wait: float = SHORTEST_WAIT
    again_at: float | None = None


@dataclass(slots=True)
class Supervisor:
    """The processes of one company. Use it in the main thread: it listens to signals."""

    say: Callable[[str], None]
    names: Sequence[str] = START
    start_child: Callable[[str], subprocess.Popen[bytes]] = processes.start
    asked_to_stop: int = field(default=0, init=False)
    _children: dict[str, _Child] = field(default_factory=dict, init=False)

    @contextmanager
    def on_duty(self) -> Iterator[None]:
        """Start everything, take Ctrl-C and SIGTERM as the wish to stop for the length of the block, then stop everything."""
        before = {number: signal.signal(number, self._ask) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        try:
            for name in self.names:
                if not self.asked_to_stop:
                    self._children[name] = _Child(name, self.start_child(name), time.monotonic())
            yield
        finally:
            self.stop()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked_to_stop += 1

    def watch(self, *, until: Callable[[], bool] = lambda: False, pause: float = 0.2) -> None:
        """Keep the processes going until somebody asks to stop or `until` says yes."""
        while not self.asked_to_stop and not until():
            for child in self._children.values():
                self._look_after(child, time.monotonic())
            time.sleep(pause)

    def _look_after(self, child: _Child, now: float) -> None:
        if child.running.poll() is None:
            return
        if child.again_at is None:
            if now - child.since > STEADY:
                child.wait = SHORTEST_WAIT
            child.again_at, child.wait = now + child.wait, min(child.wait * 2, LONGEST_WAIT)
            log = processes.log_file(child.process)
            self.say(
                f"进程 {child.process} 已退出（{child.running.returncode}），将重新启动；详见 {log} | "
                f"{child.process} has ended ({child.running.returncode}), restarting; see {log}"
            )
        elif now >= child.again_at:
            child.running, child.since, child.again_at = self.start_child(child.process), now, None

    def stop(self) -> None:
        """Stop all, those that ask others first. One more Ctrl-C ends them at once."""
        asked = self.asked_to_stop
        for group in STOP:
            children = [self._children[name].running for name in group if name in self._children]
            for child in children:
                if child.poll() is None:
                    child.terminate()
            deadline = time.monotonic() + PATIENCE
            while (
                any(child.poll() is None for child in children)
                and time.monotonic() < deadline
                and self.asked_to_stop <= max(asked, 1)
            ):
                time.sleep(0.05)
            for child in children:
                processes.kill(child)
                child.wait()
        self._children.clear()
