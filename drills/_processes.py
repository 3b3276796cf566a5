"""The company's processes under a drill: started as the product starts them, killed in whole or in part, started again at once."""

from __future__ import annotations

import http.client
import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from hongxian.cli import guard, processes

if TYPE_CHECKING:
    import random
    import subprocess
    from collections.abc import Mapping

ORDER = ("keeper", "worker", "dialer", "desk", "portal")
PATIENCE = 300.0


class Company:
    """Five processes and their server. `kill` takes one down; `look_after` brings back whatever has ended."""

    def __init__(self, environment: Mapping[str, str], *, names: tuple[str, ...] = ORDER) -> None:
        self.environment, self._names = dict(environment), names
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.restarts = 0

    def start(self) -> None:
        """All of them, and wait until pages answer."""
        for name in self._names:
            self.running[name] = processes.start(name, self.environment)
        self.await_ready()

    def look_after(self) -> None:
        """What has ended begins again."""
        for name, child in list(self.running.items()):
            if child.poll() is not None:
                self.running[name] = processes.start(name, self.environment)
                self.restarts += 1

    def await_ready(self) -> None:
        """:raises RuntimeError: pages don't answer."""
        deadline = time.monotonic() + PATIENCE
        ports = [
            (name, int(self.environment[key])) for name, key in (("desk", "HONGXIAN_PORT"), ("portal", "HONGXIAN_PORTAL_PORT"))
        ]
        for name, port in ports:
            while name in self.running and not _answers(port, "/health/ready" if name == "desk" else "/health/live"):
                self.look_after()
                if time.monotonic() > deadline:
                    raise RuntimeError(f"{name}: {processes.log_file(name).read_text(encoding='utf-8')[-1500:]}")
                time.sleep(0.2)

    def stop(self) -> None:
        """Politely, who asks before who is asked."""
        for name in reversed(self._names):
            if name in self.running:
                processes.stop(self.running.pop(name))

    def kill(self, name: str, dice: random.Random) -> str:
        """SIGKILL to a process with all its parts, or to one part; says which."""
        if name == "database":
            return _kill_database(dice)
        child = self.running[name]
        parts = _children(child.pid) if name in {"desk", "portal"} else []
        if parts and dice.random() < 0.5:
            _end(dice.choice(parts))
            return f"{name}, one part"
        processes.kill(child)
        child.wait()
        return name


def _kill_database(dice: random.Random) -> str:
    """One of the server's parts, whereupon it starts all of them anew; now and then the server as a whole."""
    server = guard.server_pid(settings.HOME.data)
    if server is None:
        return "database, which was away"
    parts = _children(server)
    if dice.random() < 0.25:
        _end(server)
        return "database, the whole server"
    if parts:
        _end(dice.choice(parts))
    return "database, one part"


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    return []


def _end(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _answers(port: int, path: str) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        line.request("GET", path, headers={"Host": f"localhost:{port}"})
        return line.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()
