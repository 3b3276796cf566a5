"""A home and a company for a drill: set up in a temporary folder, gone with it; HONGXIAN_HOME is taken where it is named."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Nothing that the machine's fall would lose is at stake; what a killed process loses must not be.
TUNING = {"fsync": "off", "full_page_writes": "off", "track_commit_timestamp": "on", "shared_buffers": "64MB"}
FOREIGN = ("HONGXIAN_DATABASE_URL", "HONGXIAN_DEMO", "HONGXIAN_HTTPS", "HONGXIAN_HOSTS")


@contextmanager
def prepared(**settings: str) -> Iterator[None]:
    """The company, set up and its database running, with Django ready in this process as the worker."""
    for name in FOREIGN:
        os.environ.pop(name, None)
    os.environ.update(settings)
    with _own_home():
        import django

        os.environ["DJANGO_SETTINGS_MODULE"] = "hongxian.config.settings"
        os.environ["HONGXIAN_PROCESS"] = "worker"
        django.setup()
        from hongxian.cli import company

        with company.prepared(say=say, tuning=TUNING):
            yield


def say(line: str) -> None:
    """To whoever waits."""
    print(line, file=sys.stderr, flush=True)


@contextmanager
def _own_home() -> Iterator[None]:
    if os.environ.get("HONGXIAN_HOME"):
        yield
        return
    path = tempfile.mkdtemp(prefix="hx-drill-")
    os.environ["HONGXIAN_HOME"] = path
    try:
        yield
    finally:
        if os.environ.get("HONGXIAN_KEEP_HOME"):
            say(f"the home is kept: {path}")
        else:
            shutil.rmtree(path, ignore_errors=True)
