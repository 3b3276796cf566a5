"""The fraud desk and those who report to it, seen from the desk's process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cast import Cast
from tests.conftest import signed_in_as
from tests.outreach.conftest import zone_at_noon

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def cast(company: None) -> Iterator[Cast]:
    people = Cast(timezone=zone_at_noon())
    with signed_in_as("desk"):
        yield people
