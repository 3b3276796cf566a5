"""Homes and servers that a test may break."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hongxian.cli import cluster, folders, roles
from hongxian.config.home import DATABASE, ROLES, Home, role_name
from tests.server import TUNING

if TYPE_CHECKING:
    from collections.abc import Iterator


def _new_home(name: str = "home") -> tuple[Path, Home]:
    folder = Path(tempfile.mkdtemp(prefix="hx-cli-"))
    folder.chmod(0o755)
    return folder, Home(folder / name)


@pytest.fixture
def home() -> Iterator[Home]:
    """A home whose folders are made and that has no server yet."""
    folder, new = _new_home()
    folders.make(new)
    yield new
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def site() -> Iterator[roles.Site]:
    """A running server with the roles and an empty database."""
    folder, new = _new_home("甲 b")
    folders.make(new)
    with cluster.start(new, settings=TUNING):
        here = roles.Site(new, None, DATABASE, {role: role_name(role) for role in ROLES})
        roles.ensure(here)
        yield here
    shutil.rmtree(folder, ignore_errors=True)
