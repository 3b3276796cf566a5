"""The folders and secrets of one installation: who may enter them, and that nothing is half written."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from hongxian.cli.trouble import CannotStart, plainly

if TYPE_CHECKING:
    from hongxian.config.home import Home

LEAST_FREE = 1 << 30
PRIVATE = 0o700
PASSABLE = 0o711  # as root: the database server's own account goes through to its data


def make(home: Home) -> None:
    """
    Create the folders that are missing and close those that stand open.

    :raises CannotStart: the disk, its permissions or somebody else's folder is in the way.
    """
    way = PASSABLE if os.geteuid() == 0 else PRIVATE
    with plainly(home.path):
        home.path.mkdir(mode=way, parents=True, exist_ok=True)
        for folder in (home.keys, home.secrets, home.logs, home.uploads, home.checkpoints, home.inspections, home.lists):
            _make_own(folder, PRIVATE)
        _make_own(home.run, way)
        if os.geteuid() == 0 and stat.S_IMODE(home.path.stat().st_mode) & PASSABLE != PASSABLE:
            home.path.chmod(PASSABLE)


def _make_own(folder: Path, mode: int) -> None:
    folder.mkdir(mode=mode, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise CannotStart(f"{folder} 不属于当前用户，拒绝使用。", f"{folder} is not a folder of this user: refusing to use it.")
    if stat.S_IMODE(found.st_mode) != mode:
        folder.chmod(mode)


def want_room(folder: Path) -> None:
    """
    Refuse to begin on a disk that is about to be full.

    :raises CannotStart: less than 1 GB is free where `folder` is or will be.
    """
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(there).free
    if free < LEAST_FREE:
        megabytes = free >> 20
        raise CannotStart(
            f"磁盘空间不足：{there} 只剩 {megabytes} MB，至少需要 1 GB。",
            f"not enough disk space: {megabytes} MB left at {there}, 1 GB is needed.",
        )


@contextmanager
def one_at_a_time(home: Home, name: str = "setup") -> Iterator[None]:
    """Wait until no other command of this home is in the same part, and keep others out until the end."""
    with plainly(home.run), (home.run / f"{name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def secret(file: Path, *, length: int = 32) -> str:
    """
    Read the secret kept in `file`; where there is none, make one of `length` random bytes. Always 0600, never half written.

    :raises CannotStart: it can't be read or written.
    """
    with plainly(file):
        if not file.exists():
            write_private(file, secrets.token_urlsafe(length) + "\n")
        elif stat.S_IMODE(file.stat().st_mode) != stat.S_IRUSR | stat.S_IWUSR:
            file.chmod(stat.S_IRUSR | stat.S_IWUSR)
        return file.read_text(encoding="ascii").strip()


def write_private(file: Path, text: str) -> None:
    """Write `file` as a whole, for its owner alone."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)
