"""The door for machines, in the desk's role."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hongxian.api import partner_door
from tests.cast import Cast
from tests.conftest import signed_in_as
from tests.partnership import Partner

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def partner(company: None) -> Iterator[Partner]:
    """A partner of a city of its own, while this thread is the desk."""
    partner_door.wrong.forget()
    found = Partner(Cast())
    with signed_in_as("desk"):
        yield found
    partner_door.wrong.forget()
