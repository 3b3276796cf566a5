"""The disk of the home and its database runs full during work; pages say so, and when there is room again nothing is lost."""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from drills import _home
from drills._home import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from drills._people import Browser, Told
    from tests.cast import Cast, Someone

SIZE = "1700M"  # a set-up wants 1 GB free
WORDS = "系统暂时不可用"
CANNOT = 3
PATIENCE = 60.0  # no answer at all is unclear, too


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/drill disk", description=__doc__)
    parser.add_argument("--seconds", type=float, default=20, help="how long it stays full (20)")
    asked = parser.parse_args()
    if os.geteuid() != 0:
        say("只有 root 才能挂载小磁盘：跳过 | only root can mount a small disk: skipped")
        return CANNOT
    from tests.server import free_port

    ports = {"HONGXIAN_PORT": str(free_port()), "HONGXIAN_PORTAL_PORT": str(free_port()), "HONGXIAN_SMS_GATEWAY": "none"}
    with _small_disk() as home:
        if home is None:
            say("无法挂载：跳过 | can't mount: skipped")
            return CANNOT
        with _home.prepared(HONGXIAN_HOME=str(home), **ports):
            broken, figures = _drill(asked.seconds, home, ports)
    for line in broken:
        print(line)
    print(json.dumps({"violations": len(broken), **figures, "python": sys.version.split()[0]}, ensure_ascii=False))
    return 1 if broken else 0


@contextmanager
def _small_disk() -> Iterator[Path | None]:
    """A disk of its own in a file, mounted; None where that can't be done."""
    folder = Path(tempfile.mkdtemp(prefix="hx-disk-"))
    folder.chmod(0o711)
    image, place = folder / "image", folder / "disk"
    place.mkdir()
    commands: tuple[list[str | Path], ...] = (
        ["truncate", "-s", SIZE, image],
        ["mkfs.ext4", "-q", "-F", "-m", "0", image],
        ["mount", "-o", "loop", image, place],
    )
    try:
        done = all(subprocess.run(command, check=False, capture_output=True).returncode == 0 for command in commands)
        yield place / "home" if done else None
    finally:
        subprocess.run(["umount", "-l", place], check=False, capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)


def _drill(seconds: float, home: Path, ports: dict[str, str]) -> tuple[list[str], dict[str, Any]]:
    from datetime import UTC, datetime

    from django.db import connections

    from drills import _confirmed
    from drills._people import Told
    from drills._processes import Company
    from hongxian.cli import checking
    from hongxian.cli.management.commands.check import as_lines
    from tests.cast import Cast

    company = Company(ports, names=("keeper", "worker", "desk", "portal"))
    told, dice = Told(), random.Random(1)
    broken: list[str] = []
    try:
        company.start()
        cast = Cast()
        members = [cast.member(pooled=True) for _ in range(60)]
        work = _Work(cast, members, told, dice, ports)
        work.some(8)
        before = Counter(told.counts)
        ballast = home.parent / "ballast"
        full = _fill(ballast)
        say(f"full: {full >> 20} MB taken")
        until = time.monotonic() + seconds
        work.some(2)  # files can't be written; the database still has room that it took before
        company.look_after()
        while time.monotonic() < until:
            _write_ahead()
            work.some(1)
            company.look_after()
        while_full = Counter(told.counts) - before
        if not any(name.endswith(("silent", "closed", "error")) for name in while_full):
            broken.append("✗ the disk never ran full")
        broken += [f"✗ an unclear page: {page}" for page in work.unclear]
        ballast.unlink()
        say("room again …")
        begun = time.monotonic()
        company.await_ready()
        back = time.monotonic() - begun
        after = Counter(told.counts)
        work.some(8)
        if not any(name.endswith("yes") for name in Counter(told.counts) - after):
            broken.append("✗ nothing goes on")
        time.sleep(3)
        connections.close_all()  # the server that they led to may be gone
        found = checking.check(now=datetime.now(UTC), days=3)
        broken += as_lines(found) if found else []
        broken += _confirmed.lost(cast, told, {each.member_id: each for each in members})
    finally:
        (home.parent / "ballast").unlink(missing_ok=True)
        company.stop()
    return broken, {"while_full": dict(sorted(while_full.items())), "back_after": round(back, 1), "restarts": company.restarts}


class _Work:
    """One consultant and one visitor after the other, each press by HTTP."""

    def __init__(self, cast: Cast, members: list[Someone], told: Told, dice: random.Random, ports: dict[str, str]) -> None:
        from drills._people import Browser, browser_of
        from tests.visitors import open_visit

        self._cast, self._told, self._dice = cast, told, dice
        self._desk: Browser = browser_of(cast.lan, int(ports["HONGXIAN_PORT"]))
        self._manager: Browser = browser_of(cast.zheng, int(ports["HONGXIAN_PORT"]))
        self._desk.patience = self._manager.patience = PATIENCE
        self._visitors = [
            (each, Browser(int(ports["HONGXIAN_PORTAL_PORT"]), {"hongxian_visit": open_visit(each)}, patience=PATIENCE))
            for each in members
        ]
        self._held: list[int] = []
        self.unclear: list[str] = []

    def some(self, rounds: int) -> None:
        """A claim, an outcome, a no in the portal, and an upload."""
        from drills import _people

        for _ in range(rounds):
            status, where, page = self._desk.ask("POST", "/desk/claim/", {"pool": self._cast.east_pool, "n": 1})
            parts = [part for part in where.split("/") if part.isdigit()]
            self._note("claim", status, page, (self._cast.lan.staff_id, int(parts[-1])) if len(parts) > 1 else None)
            self._held += [int(parts[-1])] if len(parts) > 1 else []
            if self._held:
                key, form = str(uuid4()), {"outcome": "busy", "note": "", "minutes": "1"}
                address = f"/desk/member/{self._cast.city_id}/{self._dice.choice(self._held)}/outcome/"
                status, _, page = self._desk.ask("POST", address, form | {"request_key": key})
                self._note("outcome", status, page, key)
            if self._visitors and self._dice.random() < 0.4:
                someone, browser = self._visitors.pop()
                status, _, page = browser.ask("POST", "/stop/", {})
                self._note("no in the portal", status, page, someone.member_id)
                browser.close()
            body = _people._upload(
                f"{_people.HEADINGS}\n" + "A1,王小美,女,1995-03-02,13800138001,本科,,\n" * 200, self._manager.csrf
            )
            kind = f"multipart/form-data; boundary={_people.BOUNDARY}"
            status, _, page = self._manager.ask("POST", "/desk/imports/", body=body, kind=kind)
            self._note("upload", status, page, None)

    def _note(self, what: str, status: int, page: str, key: Any) -> None:
        self._told.note(what, status, key)
        if (status >= 500 and WORDS not in page) or status == 0:
            self.unclear.append(f"{what} {status}")


def _fill(file: Path) -> int:
    """Takes what there is, in ever smaller pieces; how many bytes."""
    taken, piece = 0, 64 << 20
    with file.open("wb") as out:
        while piece >= 4096:
            try:
                os.posix_fallocate(out.fileno(), taken, piece)
                taken += piece
            except OSError:
                piece //= 4
    return taken


def _write_ahead() -> None:
    """The server's next piece of log is begun, so that it needs the disk now and not in an hour."""
    import psycopg

    from hongxian.cli import company
    from hongxian.cli.trouble import CannotStart

    try:
        site = company.site()
        with site.connect_as_admin(site.database) as admin:
            admin.execute("SELECT pg_switch_wal()")
    except (psycopg.Error, CannotStart):
        time.sleep(0.5)


if __name__ == "__main__":
    sys.exit(main())
