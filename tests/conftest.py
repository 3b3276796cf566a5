"""
The tests' company: a real server, real roles and a real keeper for each test process.

Nothing is rolled back: the keeper answers only for what is committed. Each test makes a city of its own (tests/world.py).
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from tests.server import start_test_home

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_django import DjangoDbBlocker


# How fast a machine thinks up examples says nothing about us.
settings.register_profile("calm", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("calm")


# Pages that list the company's cities and stores grow with every test: those who read all of them come first.
FIRST = tuple(str(Path(__file__).parent / folder) + "/" for folder in ("journeys", "browser"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not str(item.path).startswith(FIRST))


@pytest.fixture(scope="session")
def django_db_setup() -> None:
    """Stands in for pytest-django's: there is no second database here."""


@pytest.fixture(scope="session")
def home(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The company without a keeper."""
    with django_db_blocker.unblock():
        start_test_home()
        yield


@pytest.fixture(scope="session")
def company(home: None) -> Iterator[None]:
    """The company with its keeper, for whatever opens sealed fields."""
    from hongxian.cli.company import running

    with running("keeper"):
        yield


# Who is signed in at the moment, the last one last: threads enter and leave in any order.
_signed_in: list[tuple[object | None, str]] = []
_changing = Lock()


def _be(process: str) -> None:
    """Also beneath what a test has laid over the settings meanwhile: its layer may go after the block's end."""
    from django.conf import settings

    from hongxian.vault import asking

    layer: Any = vars(settings)["_wrapped"]
    while layer is not None:
        layer.PROCESS = process
        layer = getattr(layer, "default_settings", None)
    settings.PROCESS = process
    asking.forget()


@contextmanager
def signed_in_as(role: str) -> Iterator[None]:
    """Runs the block on this thread with the database role and the token of another process."""
    from django.conf import settings
    from django.db import connections

    from hongxian.config.settings import database_of

    before, me = connections["default"], object()
    options = database_of(role)
    options["OPTIONS"].pop("pool", None)
    wrapper = connections.create_connection("default")
    wrapper.settings_dict = wrapper.settings_dict | options
    wrapper.settings_dict["CONN_MAX_AGE"] = None
    connections["default"] = wrapper
    with _changing:
        if not _signed_in:
            _signed_in.append((None, settings.PROCESS))
        _signed_in.append((me, role))
        _be(role)
    try:
        yield
    finally:
        wrapper.close()
        connections["default"] = before
        with _changing:
            _signed_in[:] = [each for each in _signed_in if each[0] is not me]
            _be(_signed_in[-1][1])
            if len(_signed_in) == 1:
                _signed_in.clear()


@pytest.fixture
def as_role() -> Callable[[str], object]:
    """`with as_role("desk"): …`."""
    return signed_in_as
