"""A cast for each test; a member who speaks for themselves; and the desk, which asks the keeper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hongxian.kernel.actor import Actor
from hongxian.kernel.permissions import Role
from tests.cast import Cast
from tests.conftest import signed_in_as

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def cast(company: None) -> Cast:
    return Cast()


@pytest.fixture
def desk(company: None) -> Iterator[None]:
    """The test acts as the desk's process."""
    with signed_in_as("desk"):
        yield


def person(cast: Cast) -> Actor:
    """A member, about themselves."""
    return Actor(staff_id=0, role=Role.MEMBER, city_id=cast.city_id, trained=True, agreement_live=True, process="desk")
