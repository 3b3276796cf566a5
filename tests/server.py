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
from typing import TYPE_CHECKING

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


def start_test_home(path: Path = HOME) -> None:
    """
    Prepare this process's home: folders, server, roles, tables, grants, keys, without waiting for the disk.

    The server stops with this process. Only the home that was named when the settings were read can be asked for.
    """
    from django.conf import settings

    from hongxian.cli import company

    assert settings.HOME.path == path.resolve(), f"the settings belong to {settings.HOME.path}"
    if not _started:
        cluster = company.prepare(tuning=TUNING)
        assert cluster is not None
        _started.append(cluster)
        atexit.register(stop_test_home)


def stop_test_home() -> None:
    """Stop the server of this process's home."""
    while _started:
        _started.pop().stop()
