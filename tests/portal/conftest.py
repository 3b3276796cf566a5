"""A company with its keeper, seen from the portal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cast import Cast
from tests.outreach.conftest import zone_at_noon
from tests.visitors import portal_process

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def cast(company: None) -> Cast:
    return Cast(timezone=zone_at_noon())


@pytest.fixture
def portal(company: None) -> Iterator[None]:
    """The test acts as the portal's process: its role, its addresses, its middleware."""
    with portal_process():
        yield
