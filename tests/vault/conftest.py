"""A cast for each test, and a desk that asks the keeper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hongxian.cli import processes
from tests.cast import Cast
from tests.conftest import signed_in_as

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator


@pytest.fixture
def cast(company: None) -> Cast:
    return Cast()


@pytest.fixture
def desk(company: None) -> Iterator[None]:
    """The test acts as the desk's process."""
    with signed_in_as("desk"):
        yield


@pytest.fixture(scope="session")
def start_keeper(company: None) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts another keeper, which stands by and stays until the last test."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        started.append(processes.start("keeper"))
        return started[-1]

    yield start
    for child in started:
        processes.stop(child)
