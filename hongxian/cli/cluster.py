"""The embedded PostgreSQL server of one home: made at first use, reached over a Unix socket, gone with its last user."""

from __future__ import annotations

import fcntl
import logging
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self

from hongxian.cli import account, folders, guard
from hongxian.cli.trouble import CannotStart, plainly

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType

    from hongxian.config.home import Home

log = logging.getLogger("hongxian.cli")
ROOT = "hongxian_root"
PATIENCE = 300  # seconds: after a crash the server first repeats what the disk had not seen
LONGEST_LOG = 20 << 20
WATCHES_EVERY = 1.0


@dataclass(slots=True)
class Cluster:
    """A server in use. It stops when its last user leaves; leaving happens with the process at the latest."""

    home: Home
    data: Path
    _seat: IO[str] | None

    def stop(self) -> None:
        """Leave the server; when nobody else uses it, stop it and wait for its end."""
        seat, self._seat = self._seat, None
        if seat is None:
            return
        with seat:
            try:
                fcntl.flock(seat, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            guard.stop_server(self.data)

    def __enter__(self) -> Self:
        """Use it for a while."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Leave it."""
        self.stop()


def start(home: Home, *, settings: Mapping[str, str] | None = None) -> Cluster:
    """
    Use the home's server, starting it when it is not running and making it when there is none yet.

    Its `settings` come on top of ours and count only when this call starts it. The home's folders must exist.

    :raises CannotStart: with the one thing that is in the way.
    """
    with folders.one_at_a_time(home):
        seat = (home.run / "users.lock").open("a")
        try:
            fcntl.flock(seat, fcntl.LOCK_SH)  # waits while a guard is stopping the server
            data = _start(home, settings or {})
        except BaseException:
            seat.close()
            raise
    return Cluster(home, data, seat)


@contextmanager
def watched(server: Cluster | None, *, settings: Mapping[str, str] | None = None) -> Iterator[None]:
    """
    Starts a server that is in use again when it has been killed as a whole, for the length of a block.

    What fell with a part of it the server repairs itself; but nobody looked after the whole, and the company waited for ever.
    """
    ended = threading.Event()

    def watch(home: Home, data: Path) -> None:
        while not ended.wait(WATCHES_EVERY):
            if guard.server_pid(data) is None and not ended.is_set():
                log.error("the database had ended", extra={"code": "database_restarted"})
                with suppress(CannotStart, OSError):  # its last parts may be there still; the next look tries again
                    start(home, settings=settings).stop()  # others sit there: it goes on

    thread = threading.Thread(target=watch, args=(server.home, server.data), name="server", daemon=True) if server else None
    if thread is not None:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        if thread is not None:
            thread.join()


def _start(home: Home, settings: Mapping[str, str]) -> Path:
    who = account.find()
    data, socket = account.give_place(home, who)
    if guard.server_pid(data) is None:
        programs = account.programs(who)
        if not (data / "PG_VERSION").exists():
            _make(home, data, programs, who, unsafe=settings.get("fsync") == "off")
        _clear_leftovers(data, socket)
        _run(home, data, socket, programs, who, settings)
        _post_guard(home, data)
    elif not _guarded(home):
        _post_guard(home, data)
    return data


def _make(home: Home, data: Path, programs: Path, who: account.Account | None, *, unsafe: bool) -> None:
    """Make the data folder under another name first, so that an interrupted start leaves nothing that looks whole."""
    folders.want_room(data)
    draft = data.with_name("data.new")
    password = data.with_name("password.new")
    with plainly(data):
        if data.exists() and any(data.iterdir()):
            raise CannotStart(f"{data} 里有别的东西，拒绝覆盖。", f"{data} holds something else: refusing to touch it.")
        shutil.rmtree(draft, ignore_errors=True)
        account.own(draft, who)
        folders.write_private(password, folders.secret(home.secrets / "root.password") + "\n")
        if who is not None:
            os.chown(password, who.uid, who.gid)
        try:
            how = ["--no-sync"] if unsafe else []
            _call([*_initdb(programs), *how, f"--pwfile={password}", "-D", str(draft)], home, who)
        finally:
            password.unlink()
        if data.exists():
            data.rmdir()
        draft.rename(data)


def _initdb(programs: Path) -> list[str]:
    return [
        str(programs / "initdb"),
        f"--username={ROOT}",
        "--auth-local=scram-sha-256",
        "--auth-host=reject",
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--data-checksums",
        "--no-instructions",
    ]


def _clear_leftovers(data: Path, socket: Path) -> None:
    """
    Remove lock files of a server that was killed.

    PostgreSQL would do so itself unless another process has got the old number meanwhile, which in a container is
    likely. No server works in `data` now and none can start: this home's set-up lock is ours.
    """
    with plainly(data):
        for file in (data / "postmaster.pid", socket / ".s.PGSQL.5432", socket / ".s.PGSQL.5432.lock"):
            file.unlink(missing_ok=True)


def _run(home: Home, data: Path, socket: Path, programs: Path, who: account.Account | None, settings: Mapping[str, str]) -> None:
    options = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in {**_settings(socket), **settings}.items())
    _call([str(programs / "pg_ctl"), "start", "-s", "-w", "-t", str(PATIENCE), "-D", str(data), "-o", options], home, who)


def _settings(socket: Path) -> dict[str, str]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
    return {
        "listen_addresses": "",
        "unix_socket_directories": f'"{socket}"',  # quoted: a comma would separate two folders
        "unix_socket_permissions": "0700",
        "password_encryption": "scram-sha-256",
        "shared_buffers": f"{max(32, min(512, memory // 8))}MB",
        "effective_cache_size": f"{max(64, memory // 2)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{max(32, min(256, memory // 16))}MB",
        "max_connections": "200",
        "max_locks_per_transaction": "256",
        "wal_compression": "on",
        "checkpoint_timeout": "15min",
        "max_wal_size": "4GB",
        "jit": "off",
        "autovacuum_naptime": "10s",
        "timezone": "UTC",
        "log_timezone": "UTC",
        # The log must not hold what people typed: no statements, no parameters, no errors that quote a value.
        "log_min_messages": "log",
        "log_statement": "none",
        "log_min_duration_statement": "-1",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
    }


def _call(command: list[str], home: Home, who: account.Account | None) -> None:
    """Run one of the server's programs, its words going to the log; the last of them explain a failure."""
    file = home.logs / "postgres.log"
    with plainly(file):
        if file.exists() and file.stat().st_size > LONGEST_LOG:
            file.replace(file.with_suffix(".log.1"))
        with file.open("ab") as log:
            begun = log.tell()
            done = subprocess.run(
                command,
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
                umask=0o077,
                start_new_session=True,  # Ctrl-C is for us; the server is told in its turn
                user=who.uid if who else None,
                group=who.gid if who else None,
                extra_groups=[] if who else None,
            )
    if done.returncode != 0:
        raise _why(file, begun, Path(command[0]).name)


def _why(file: Path, begun: int, program: str) -> CannotStart:
    with file.open("rb") as log:
        log.seek(begun)
        words = log.read().decode(errors="replace")
    found: list[str] = re.findall(r"(?:FATAL|PANIC|error):\s+(.+)", words)
    reason = found[0] if found else (words.strip().splitlines() or ["?"])[-1]
    return CannotStart(
        f"嵌入式数据库无法启动（{program}）：{reason}，详见 {file}。",
        f"the embedded database can't start ({program}): {reason}; see {file}.",
    )


def _guarded(home: Home) -> bool:
    with (home.run / "guard.lock").open("a") as lock, suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return False
    return True


def _post_guard(home: Home, data: Path) -> None:
    """Send a guard on its way. It outlives us, so it is started by a child that ends at once and leaves nobody to wait for."""
    package = Path(__file__).resolve().parents[2]
    command = shlex.join([sys.executable, "-m", guard.__name__, str(home.run), str(data)])
    subprocess.run(
        ["/bin/sh", "-c", f"{command} &"],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={**os.environ, "PYTHONPATH": str(package), "PYTHONSAFEPATH": "1"},
        start_new_session=True,
    )
