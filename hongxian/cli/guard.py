"""
The last one out stops the database: a small process that waits until nobody uses a home's server, then stops it.

Everyone who uses the server holds a shared lock on `users.lock` in the home's run folder. The system releases such a lock
when its holder ends, however it ends, so the server never outlives its users and never stops under one of them.
Runs as `python -m hongxian.cli.guard RUN_FOLDER DATA_FOLDER`, without Django.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

PATIENCE = 30.0


def main(run: Path, data: Path) -> None:
    """Wait for the last user to leave, then stop the server."""
    with (run / "guard.lock").open("a") as guard, (run / "users.lock").open("a") as users:
        fcntl.flock(guard, fcntl.LOCK_EX)
        fcntl.flock(users, fcntl.LOCK_EX)
        stop_server(data)


def server_pid(data: Path) -> int | None:
    """Return the number of the process that serves `data`; None when none does, whatever a left-over file says."""
    try:
        pid = int((data / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
        works_in = Path(f"/proc/{pid}/cwd").readlink()
    except (OSError, ValueError):
        return None
    return pid if works_in == data else None


def stop_server(data: Path) -> None:
    """Stop the server of `data` and wait for its end; at once when it takes more than half a minute."""
    pid = server_pid(data)
    if pid is None:
        return
    for how in (signal.SIGINT, signal.SIGQUIT):  # PostgreSQL's fast and immediate shutdown
        with suppress(ProcessLookupError):
            os.kill(pid, how)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if server_pid(data) != pid:
                return
            time.sleep(0.05)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
