"""Setting the company up: folders, server, roles, tables, grants and keys. Safe to repeat, and quick when nothing is to do."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from hongxian.cli import catalogue, cluster, folders, grants, lists, processes, roles
from hongxian.cli.spreading import moving
from hongxian.cli.trouble import CannotStart, plainly
from hongxian.vault import keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from hongxian.cli.cluster import Cluster
    from hongxian.config.home import Home

running = processes.running


def _silence(_line: str) -> None:
    """For those who need no progress."""


def site() -> roles.Site:
    """Return this installation's database and role names."""
    return roles.Site(settings.HOME, settings.SERVER, settings.DATABASES["default"]["NAME"], settings.ROLE_NAMES)


@contextmanager
def prepared(*, say: Callable[[str], None] = _silence, tuning: Mapping[str, str] | None = None) -> Iterator[None]:
    """
    Set everything up for the length of the block; the embedded server stops afterwards unless others use it.

    A server that falls meanwhile, killed as a whole, is started again.

    :raises CannotStart: with the one thing that is in the way.
    """
    server = prepare(say=say, tuning=tuning)
    try:
        with cluster.watched(server, settings=tuning):
            yield
    finally:
        connections.close_all()
        if server is not None:
            server.stop()


def prepare(*, say: Callable[[str], None] = _silence, tuning: Mapping[str, str] | None = None) -> Cluster | None:
    """
    Set up what is missing and return the embedded server in use; None when the database is another server's.

    `tuning` are server settings for a server that this call starts. Steps that take time are told to `say`.

    :raises CannotStart: with the one thing that is in the way.
    """
    home = settings.HOME
    refuse_half_restored(home)
    folders.want_room(home.path)
    folders.make(home)
    with plainly(home.keys):
        keys.ensure(home.keys)
    server = None if settings.SERVER else _start(say, tuning)
    try:
        with folders.one_at_a_time(home, "tables"):
            here = site()
            roles.ensure(here)
            moving.keep_plans(here)
            learn_secrets()
            bring_up_to_date(here, say)
            lists.ensure(here, say)
    except BaseException:
        if server is not None:
            server.stop()
        raise
    return server


def refuse_half_restored(home: Home) -> None:
    """:raises CannotStart: a restore was broken off: erased people may be readable in what is there."""
    if home.half_restored.exists():
        raise CannotStart(
            "上次恢复没有完成，任何进程都不能启动；请重新运行 bin/hongxian restore。",
            "a restore was broken off and nothing may start: run bin/hongxian restore again.",
        )


def bring_up_to_date(here: roles.Site, say: Callable[[str], None]) -> None:
    """Tables, grants and catalogue as this version has them."""
    if _unapplied(here):
        say("正在建表 … | making the tables …")
        _migrate_everywhere(here, say)
    elif grants.ensure(here):
        moving.again(here, say)
    catalogue.ensure(here)


def _start(say: Callable[[str], None], tuning: Mapping[str, str] | None) -> Cluster:
    if not settings.HOME.data.exists():
        say(f"正在建立数据库：{settings.HOME.data} … | making the database …")
    return cluster.start(settings.HOME, settings=tuning)


def learn_secrets() -> None:
    """Take over the secrets: the settings were read before the first set-up wrote them."""
    default = settings.DATABASES["default"]
    password = settings.HOME.password(settings.PROCESS)
    if default["PASSWORD"] != password:
        default["PASSWORD"] = password
        connections["default"].close()
        settings.SECRET_KEY = folders.secret(settings.HOME.secrets / "django.key")


def _unapplied(here: roles.Site) -> bool:
    with here.connect(roles.OWNER) as owner:
        if owner.execute("SELECT to_regclass('public.django_migrations') IS NULL").fetchone() == (True,):
            return True
        applied = set(owner.execute("SELECT app, name FROM django_migrations").fetchall())
    return not set(MigrationLoader(None).disk_migrations or {}) <= applied


def _migrate_everywhere(here: roles.Site, say: Callable[[str], None]) -> None:
    """On a cluster, a migration finds the windows as it made them, and what it made gets its place."""
    spread = moving.is_spread(here) if _has_tables(here) else False
    if spread:
        moving.before_migrating(here)
    _migrate()
    grants.ensure(here)
    if spread:
        moving.again(here, say)


def _has_tables(here: roles.Site) -> bool:
    with here.connect(roles.OWNER) as owner:
        return owner.execute("SELECT to_regclass('public.django_migrations') IS NOT NULL").fetchone() == (True,)


def hang_up(here: roles.Site) -> None:
    """Ends every process's sessions; they come back by themselves and find the tables where they are now."""
    with here.connect_as_admin(here.database) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = ANY (%s) AND pid <> pg_backend_pid()",
            [here.database, list(here.names.values())],
        )


def _migrate() -> None:
    """Migrations run in a process of their own, signed in as the owner of the tables."""
    done = subprocess.run(
        [sys.executable, "-m", processes.PROGRAM, "migrate", "--no-input", "--skip-checks", "--verbosity", "0"],
        check=False,
        capture_output=True,
        text=True,
        env=processes.environment(roles.OWNER),
        stdin=subprocess.DEVNULL,
    )
    if done.returncode != 0:
        file = processes.log_file("migrate")
        words = done.stderr + done.stdout
        file.write_text(words, encoding="utf-8")
        last = (words.strip().splitlines() or ["?"])[-1]
        raise CannotStart(f"建表失败：{last}，详见 {file}。", f"the tables can't be made: {last}; see {file}.")
