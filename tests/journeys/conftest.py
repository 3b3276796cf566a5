"""One desk process and one city full of members for all of a file's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.journeys.browsing import serving_desk

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def desk_port(company: None) -> Iterator[int]:
    with serving_desk() as port:
        yield port
