"""
The tests' own company: each test process has a home of its own, made at its first need and gone with it.

Loaded by pytest (`-p tests.server`) before Django reads its settings, so that nothing meets a real installation.
"""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from hongxian.cli.cluster import Cluster

# What is lost when the machine fails is a test's.
TUNING = {
    "track_commit_timestamp": "on",  # races ask which of two transactions committed first
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
}
_started: list[Cluster] = []
_on_cluster: set[int] = set()


def _new_home() -> Path:
    """A folder that the database server's own account can reach, unlike pytest's."""
    path = Path(tempfile.mkdtemp(prefix="hx-"))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as knock:
        knock.bind(("127.0.0.1", 0))
        port: int = knock.getsockname()[1]
        return port


# A cluster of Citus nodes to test against: postgresql://admin:password@host:port?worker=host:port&worker=host:port
CLUSTER = os.environ.get("HONGXIAN_TEST_CLUSTER") or ""
SHARDS = 4
NO_CLUSTER = "no cluster: HONGXIAN_TEST_CLUSTER names none (bin/test --cluster ADDRESS)"

HOME = _new_home()
os.environ["HONGXIAN_HOME"] = str(HOME)
os.environ["HONGXIAN_PROCESS"] = "worker"
for _name in (
    "HONGXIAN_DATABASE_URL",
    "HONGXIAN_DEMO",
    "HONGXIAN_HTTPS",
    "HONGXIAN_HOSTS",
    "HONGXIAN_PORT",
    "HONGXIAN_PORTAL_PORT",
):
    os.environ.pop(_name, None)
if CLUSTER:
    os.environ.setdefault("PYTEST_TIMEOUT", "900")  # the first test waits for all tables to get their place
    _parts = urlsplit(CLUSTER)
    os.environ["HONGXIAN_DATABASE_URL"] = f"postgresql://{_parts.netloc}/hx_test_{os.getpid()}"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """One line counts what needs a cluster and had none."""
    skipped = [each for each in terminalreporter.stats.get("skipped", []) if NO_CLUSTER in str(each.longrepr)]
    if skipped:
        terminalreporter.write_line(f"{len(skipped)} tests skipped, {NO_CLUSTER}")


def workers() -> list[str]:
    """The cluster's workers, as its address names them."""
    return parse_qs(urlsplit(CLUSTER).query).get("worker", [])


def spread() -> None:
    """Give every table of this process's home its place on the cluster."""
    from hongxian.cli import company
    from hongxian.cli.spreading import moving, nodes

    site = company.site()
    assert site.server is not None
    nodes.join(site, nodes.Address(site.server.host, site.server.port), [nodes.Address.read(each) for each in workers()])
    moving.distribute(site, lambda _line: None, shards=SHARDS)


def _drop_databases() -> None:
    """What this process made on the cluster's nodes goes."""
    from django.db import connections
    from psycopg import sql

    from hongxian.cli import company
    from hongxian.cli.spreading import nodes

    site = company.site()
    connections.close_all()
    for node in (site, *(nodes.at(site, each) for each in reversed(nodes.workers(site)))):
        with node.connect_as_admin("postgres") as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(site.database)))
            for name in site.names.values():
                admin.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))


def start_test_home(path: Path = HOME) -> None:
    """
    Prepare this process's home: folders, server, roles, tables, grants, keys, without waiting for the disk.

    The server stops with this process. Only the home that was named when the settings were read can be asked for.
    """
    from django.conf import settings

    from hongxian.cli import company

    assert settings.HOME.path == path.resolve(), f"the settings belong to {settings.HOME.path}"
    if not _started:
        if CLUSTER:
            if os.getpid() not in _on_cluster:
                _on_cluster.add(os.getpid())
                atexit.register(_drop_databases)
                company.prepare()
                spread()
            return
        cluster = company.prepare(tuning=TUNING)
        assert cluster is not None
        _started.append(cluster)
        atexit.register(stop_test_home)


def stop_test_home() -> None:
    """Stop the server of this process's home."""
    while _started:
        _started.pop().stop()
