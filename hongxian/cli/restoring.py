"""
Restoring a backup into a fresh home: data, people's keys, erasures and noes again, and only then may anything start.

A file in the home stands for "under way": while it is there no process of the company starts, so that a restore that is broken
off anywhere, also between the data and the lists, shows nobody anything. Running it again begins anew.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connections
from psycopg import sql

from hongxian.cli import account, backup, cluster, company, folders, lists, roles
from hongxian.cli.trouble import CannotStart, plainly
from hongxian.vault import keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from hongxian.cli.roles import Site
    from hongxian.config.home import Home

LISTS = ("erased.jsonl", "suppressed.jsonl")


@dataclass(frozen=True, slots=True)
class Sources:
    """What a restore is made from. No keys: what is sealed stays shut. No lists: only where nobody was ever erased or said no."""

    data: Path
    keys: Path | None
    lists: Path | None
    without_lists: bool = False


def check(sources: Sources, *, home: Home, now: datetime) -> backup.Manifest:
    """
    Everything that can be known beforehand.

    :raises CannotStart: with the one thing that is in the way; nothing has been touched.
    """
    manifest = backup.manifest_of(sources.data)
    lacking = [name for each in manifest.kek_ids if not (home.keys / (name := f"kek-{each}.key")).is_file()]
    lacking += [] if any(home.keys.glob("number-*.key")) else ["number-*.key"]  # without it no list and no number is understood
    if lacking:
        names = ", ".join(lacking)
        raise CannotStart(f"{home.keys} 缺少根密钥：{names}。", f"root keys are missing in {home.keys}: {names}.")
    if sources.keys is not None and backup.created_at(sources.keys) < now - backup.KEPT_FOR:
        raise CannotStart(
            f"{sources.keys} 已超过 30 天：用它恢复会让已删除的人重新可读，拒绝使用。",
            f"{sources.keys} is older than 30 days: it would make erased people readable again, and is not used.",
        )
    if not sources.without_lists and not any((folder / name).is_file() for folder in _lists_of(sources, home) for name in LISTS):
        raise CannotStart(
            "没有删除和拒绝名单：请用 --lists 指明原机器的 lists 文件夹（最新的），确实从未有过则用 --without-lists。",
            "there are no lists of erasures and refusals: name the newest lists folder of the old machine with --lists; if there never"
            " were any, say --without-lists.",
        )
    return manifest


def _lists_of(sources: Sources, home: Home) -> list[Path]:
    return [sources.lists or home.lists]


@contextmanager
def restored(sources: Sources, *, now: datetime, say: Callable[[str], None]) -> Iterator[backup.Manifest]:
    """
    The company from a backup, its database running for the length of the block; the block is the first that may look.

    :raises CannotStart: with the one thing that is in the way. What was begun stays closed until it is begun anew.
    """
    home = settings.HOME
    manifest = check(sources, home=home, now=now)
    folders.make(home)
    folders.want_room(home.path)
    with plainly(home.keys):
        keys.ensure(home.keys)
    _take_lists(sources, home)
    server = None if settings.SERVER else cluster.start(home)
    try:
        with folders.one_at_a_time(home, "tables"):
            site = company.site()
            if not home.half_restored.exists():
                _refuse_full(site)
            with plainly(home.half_restored):
                folders.write_private(home.half_restored, "\n")
            roles.ensure(site)
            company.learn_secrets()
            say("正在恢复数据 … | restoring the data …")
            _empty(site)
            _load(site, sources.data / backup.DATA)
            if sources.keys is not None:
                _load(site, sources.keys)
            roles.ensure(site)
            company.bring_up_to_date(site, say)
            lists.replay(say, "--restored")
            with plainly(home.half_restored):
                home.half_restored.unlink()
        yield manifest
    finally:
        connections.close_all()
        if server is not None:
            server.stop()


def _refuse_full(site: Site) -> None:
    """:raises CannotStart: a company lives in this database."""
    with site.connect_as_admin("postgres") as admin:
        there = admin.execute("SELECT count(*) FROM pg_database WHERE datname = %s", [site.database]).fetchone()
    if there == (0,):
        return
    with site.connect_as_admin(site.database) as admin:
        if admin.execute("SELECT to_regclass('public.org_city') IS NULL").fetchone() == (True,):
            return
        if admin.execute("SELECT count(*) FROM (SELECT 1 FROM org_city LIMIT 1) AS one").fetchone() == (0,):
            return
    raise CannotStart(
        f"数据库 {site.database} 里已有公司数据，拒绝覆盖；请恢复到新的 HONGXIAN_HOME。",
        f"the database {site.database} has a company in it and is not overwritten: restore into a fresh HONGXIAN_HOME.",
    )


def _take_lists(sources: Sources, home: Home) -> None:
    """Only where there are none yet: an older list never takes the place of a newer one."""
    if sources.lists is None or sources.lists.resolve() == home.lists.resolve():
        return
    with plainly(home.lists):
        for name in LISTS:
            if (sources.lists / name).is_file():
                if (home.lists / name).exists() and (home.lists / name).stat().st_size > (sources.lists / name).stat().st_size:
                    raise CannotStart(
                        f"{home.lists / name} 比给出的名单更长，请核对。",
                        f"{home.lists / name} is longer than the list that was named.",
                    )
                shutil.copyfile(sources.lists / name, home.lists / name)
                (home.lists / name).chmod(0o600)


def _empty(site: Site) -> None:
    with site.connect_as_admin("postgres") as admin:
        name, owner = sql.Identifier(site.database), sql.Identifier(site.names[roles.OWNER])
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        admin.execute(sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(name, owner))


def _load(site: Site, file: Path) -> None:
    """By the server's own account, all or an error."""
    home, server = site.home, site.server
    host, port = (server.host, str(server.port)) if server else (str(home.socket), "5432")
    user, password = (server.user, server.password) if server else (cluster.ROOT, home.password("root"))
    program = account.programs(account.find()) / "pg_restore"
    command = [
        str(program),
        "--exit-on-error",
        "--no-password",
        "-h",
        host,
        "-p",
        port,
        "-U",
        user,
        "-d",
        site.database,
        str(file),
    ]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL, env={**os.environ, "PGPASSWORD": password}
    )
    if done.returncode != 0:
        words = (done.stderr.strip().splitlines() or ["?"])[-1]
        raise CannotStart(f"恢复 {file} 失败：{words}。", f"{file} can't be restored: {words}.")
