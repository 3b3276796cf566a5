"""A cast whose members are awake: in their place it is about noon, whenever the tests run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cast import Cast, now
from tests.conftest import signed_in_as

if TYPE_CHECKING:
    from collections.abc import Iterator


def zone_at_noon() -> str:
    """Etc's names count backwards: Etc/GMT-8 is eight hours ahead."""
    return f"Etc/GMT{now().hour - 12:+d}"


@pytest.fixture
def cast(company: None) -> Cast:
    return Cast(timezone=zone_at_noon())


@pytest.fixture
def desk(company: None) -> Iterator[None]:
    """The test acts as the desk's process."""
    with signed_in_as("desk"):
        yield
