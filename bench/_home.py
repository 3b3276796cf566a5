"""A home for a bench: the one that HONGXIAN_HOME names, else a temporary one that goes with the bench."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def prepared() -> Iterator[None]:
    """The company, set up and its database running, with Django ready in this process as the worker."""
    with _own_home():
        import django

        os.environ["DJANGO_SETTINGS_MODULE"] = "hongxian.config.settings"
        os.environ["HONGXIAN_PROCESS"] = "worker"
        django.setup()
        from hongxian.cli import company

        with company.prepared(say=lambda line: print(line, file=sys.stderr)):
            yield


@contextmanager
def _own_home() -> Iterator[None]:
    if os.environ.get("HONGXIAN_HOME"):
        yield
        return
    path = tempfile.mkdtemp(prefix="hx-bench-")
    os.environ["HONGXIAN_HOME"] = path
    try:
        yield
    finally:
        shutil.rmtree(path, ignore_errors=True)
