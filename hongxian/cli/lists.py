"""
The lists outside the database, at both ends: replayed before anything starts, kept by a thread of the worker.

A command that prepares the company looks whether the lists know more than the database; then, and only then, a process of
its own replays them as the worker. Nothing else starts before it has ended well: a restored backup shows nobody who is gone.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils import timezone

from hongxian.cli import processes, roles
from hongxian.cli.trouble import CannotStart, plainly
from hongxian.rights import listing, replaying

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self

    from hongxian.cli.roles import Site

log = logging.getLogger("hongxian.cli")
PERIOD = 2.0


def ensure(here: Site, say: Callable[[str], None]) -> None:
    """
    Replays the lists where the database has forgotten something.

    :raises CannotStart: they can't be read or replayed.
    """
    with plainly(here.home.lists), here.connect(roles.OWNER) as owner:

        def ask(text: str, parameters: dict[str, Any]) -> list[int]:
            return [int(row[0]) for row in owner.execute(text.encode(), parameters).fetchall()]  # type: ignore[call-overload]

        behind = next(replaying.still_here(ask), None) or next(replaying.forgotten_noes(ask), None)
    if behind is None:
        return
    replay(say)


def replay(say: Callable[[str], None], *options: str) -> None:
    """
    Replays the lists as the worker, in a process of its own.

    :raises CannotStart: it did not end well.
    """
    say("数据库是从备份恢复的：正在重放删除和拒绝名单 … | the database is from a backup: replaying erasures and refusals …")
    done = subprocess.run(
        [sys.executable, "-m", processes.PROGRAM, "replay", *options],
        check=False,
        capture_output=True,
        text=True,
        env=processes.environment("worker"),
        stdin=subprocess.DEVNULL,
    )
    if done.returncode != 0:
        file = processes.log_file("replay")
        file.write_text(done.stderr + done.stdout, encoding="utf-8")
        raise CannotStart(f"重放删除和拒绝名单失败，详见 {file}。", f"the lists can't be replayed; see {file}.")


class Lister:
    """Keeps the list of noes for the length of a block, and once more at its end."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._kept = listing.NoesKept()
        self._thread = threading.Thread(target=self._run, name="lister", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join(10)

    def _run(self) -> None:
        while not self._ended.wait(PERIOD):
            self._keep()
        self._keep()

    def _keep(self) -> None:
        try:
            self._kept.keep(now=timezone.now())
        except Exception:  # a thread that ends would keep nothing and say nothing
            log.exception("keeping the list failed", extra={"code": "list_failed"})
            connection.close()
