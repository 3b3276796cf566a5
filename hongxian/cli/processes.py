"""The company's processes as children: started with their own role, gone with their parent, stopped politely."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from hongxian.cli.trouble import CannotStart, plainly

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PROGRAM = "hongxian.config"  # what bin/hongxian runs, too
SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
LONGEST_LOG = 20 << 20
PATIENCE = 20.0
KEEPER_PATIENCE = 60.0  # on a busy machine Python alone may take half of it
ORPHANS_LIVE = 12.0  # a job that is being done may end


def environment(process: str, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a child finds around it: our own surroundings, our home, and the process it is."""
    return {
        **os.environ,
        "HONGXIAN_HOME": str(settings.HOME.path),
        "HONGXIAN_PROCESS": process,
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        "PYTHONSAFEPATH": "1",
        "PYTHONUNBUFFERED": "1",
        **(more or {}),
    }


def start(process: str, more: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    """
    Start one of the company's processes, writing to its own log. It ends when this process does.

    :raises CannotStart: its log can't be written.
    """
    file = log_file(process)
    with plainly(file):
        if file.exists() and file.stat().st_size > LONGEST_LOG:
            file.replace(file.with_suffix(".log.1"))
        with file.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", PROGRAM, "serve", process, "--parent", str(os.getpid())],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment(process, more),
                start_new_session=True,  # Ctrl-C reaches the parent alone; it then stops its children in order
            )


def log_file(process: str) -> Path:
    """Where a process's words go."""
    logs: Path = settings.HOME.logs
    return logs / f"{process}.log"


def stop(child: subprocess.Popen[bytes], *, patience: float = PATIENCE) -> None:
    """Ask a child to end, and end it with all it started when it has not after `patience` seconds."""
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            kill(child)
    child.wait()


def kill(child: subprocess.Popen[bytes]) -> None:
    """End a child and all it started, at once."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def end_with(parent: int) -> None:
    """In a child: have the system end this process when `parent` is gone, also when that has happened already."""
    ctypes.CDLL(None, use_errno=True).prctl(SET_DEATH_SIGNAL, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit(0)
    threading.Thread(target=_follow, args=(parent,), name="follow", daemon=True).start()


def _follow(parent: int) -> None:
    """The second net: who is told to end and can't, because the database has gone first, ends all the same."""
    while os.getppid() == parent:
        time.sleep(1)
    time.sleep(ORPHANS_LIVE)
    os._exit(1)


@contextmanager
def running(process: str, more: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """
    Have a process for as long as the block takes. Only the keeper can be waited for: it must answer before the block begins.

    A keeper that runs already answers, and ours stands by: when the other one ends, ours takes over.

    :raises CannotStart: it ends before it answers, or does not answer within a minute.
    """
    child = start(process, more)
    try:
        if process == "keeper":
            wait_for_keeper(child)
        yield child
    finally:
        stop(child)


def wait_for_keeper(child: subprocess.Popen[bytes], *, patience: float = KEEPER_PATIENCE) -> None:
    """:raises CannotStart: no keeper answers."""
    deadline = time.monotonic() + patience
    while not answers(settings.KEEPER_SOCKET):
        if child.poll() is not None or time.monotonic() > deadline:
            raise CannotStart(
                f"守钥进程没有启动，详见 {log_file('keeper')}。", f"the keeper has not started; see {log_file('keeper')}."
            )
        time.sleep(0.05)


def answers(path: Path) -> bool:
    """Whether somebody listens on a Unix socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as knock:
        try:
            knock.connect(str(path))
        except OSError:
            return False
    return True
