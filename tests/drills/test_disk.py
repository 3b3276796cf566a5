"""A full disk under the lists outside the database: what was not written whole was not written, and nobody is erased without it."""

from __future__ import annotations

import resource
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings

from hongxian.kernel import lists
from hongxian.kernel.actor import Actor
from hongxian.rights import erasing
from tests.cast import Cast, now, rows
from tests.conftest import signed_in_as

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONG = {"numbers": ["00" * 32] * 4}


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file of this process grows beyond that: the system then writes what fits, and refuses the rest."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_line_that_fits_only_in_part_is_an_error_and_the_next_one_stands_alone(tmp_path: Path) -> None:
    file = tmp_path / "list.jsonl"
    lists.append(file, [{"n": 1}])
    with room_for(file.stat().st_size + 50), pytest.raises(OSError, match="too large"):
        lists.append(file, [{"n": 2, **LONG}])
    assert file.stat().st_size > 50, "a part of it was written"
    lists.append(file, [{"n": 3}])
    assert [line["n"] for line in lists.read(file)] == [1, 3]


@pytest.mark.usefixtures("company")
def test_nobody_is_erased_while_the_list_can_not_be_written() -> None:
    cast = Cast()
    someone = cast.member()
    file = settings.HOME.lists / "erased.jsonl"
    by = Actor.system("erase", city_id=cast.city_id)
    about: dict[str, Any] = {"by": by, "city_id": cast.city_id, "member_id": someone.member_id, "now": now()}
    state = "SELECT state FROM members_member WHERE id = %(m)s"
    with signed_in_as("worker"):
        with room_for((file.stat().st_size if file.exists() else 0) + 50), pytest.raises(OSError, match="too large"):
            erasing.erase(**about)
        assert rows(state, m=someone.member_id) == [("live",)]
        erasing.erase(**about)
    assert rows(state, m=someone.member_id) == [("erased",)]
