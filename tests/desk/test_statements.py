"""Pages that are opened all day ask the database for few things, and for no more when there is more to show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hongxian.org import rules
from tests import cast
from tests.conftest import signed_in_as

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

MOST = 8


@pytest.fixture
def lan(company: None) -> Iterator[cast.Cast]:
    with signed_in_as("desk"):
        yield cast.Cast()


def _signed_in(client: Client, person: cast.Person) -> Client:
    client.force_login(User.objects.get(id=person.account_id), backend="django.contrib.auth.backends.ModelBackend")
    return client


def _statements(client: Client, path: str) -> int:
    client.get(path)
    assert rules._known is not None
    rules._known = (rules._known[0] - 2 * rules.TRUSTED_FOR, *rules._known[1:])  # as for whoever comes a second later
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


@pytest.mark.parametrize("page", ["/desk/", "/desk/list/", "member", "pool"])
def test_as_few_for_thirty_as_for_three(client: Client, lan: cast.Cast, page: str) -> None:
    held = [lan.member(held_by=lan.lan) for _ in range(3)]
    path = {"member": f"/desk/member/{lan.city_id}/{held[0].member_id}/", "pool": f"/desk/pools/{lan.east_pool}/"}.get(page, page)
    lan.member(pooled=True)
    _signed_in(client, lan.lan)
    few = _statements(client, path)
    for _ in range(27):
        lan.member(held_by=lan.lan)
        lan.member(pooled=True)
    lan.seal(held[0], note="一条备注")
    assert _statements(client, path) <= few + (page == "member")  # notes are asked for where there are some
    assert _statements(client, path) <= MOST


def test_one_more_for_the_telephone(client: Client, lan: cast.Cast, settings: Any) -> None:
    held = lan.member(held_by=lan.lan)
    settings.CALL_GATEWAY = "sip"
    _signed_in(client, lan.lan)
    assert _statements(client, f"/desk/member/{lan.city_id}/{held.member_id}/") <= MOST + 1
