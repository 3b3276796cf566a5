"""A worker that is set aside: a clear page for its cities, everything for the others; and it comes back with what it missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from hongxian.cli import company as installation
from hongxian.cli.spreading import nodes, watch
from hongxian.cli.trouble import CannotStart
from tests.cast import Cast, rows, run
from tests.conftest import signed_in_as

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hongxian.cli.roles import Site

pytestmark = pytest.mark.usefixtures("company")

_WHERE = (
    "SELECT nodename::text, nodeport FROM citus_shards"
    " WHERE shardid = get_shard_id_for_distribution_column('members_member'::regclass, %(city)s::int)"
)


def _node_of(cast: Cast) -> nodes.Address:
    [(host, port)] = rows(_WHERE, city=cast.city_id)
    return nodes.Address(str(host), int(port))


@pytest.fixture(scope="module")
def site(company: None) -> Site:
    return installation.site()


@pytest.fixture(scope="module")
def apart(company: None) -> tuple[Cast, Cast]:
    """Two cities on two nodes, each with somebody in the consultant's hands."""
    first = Cast()
    second = next(each for each in (Cast() for _ in range(40)) if _node_of(each) != _node_of(first))
    return first, second


def _set_aside(site: Site, away: nodes.Address) -> None:
    """What nodes.set_aside does to a node that doesn't answer. This one does, and is asked nothing all the same."""
    with site.connect_as_admin(site.database) as admin:
        admin.execute("UPDATE pg_dist_node SET isactive = false WHERE nodename = %s AND nodeport = %s", [away.host, away.port])


@pytest.fixture
def gone(site: Site, apart: tuple[Cast, Cast]) -> Iterator[nodes.Address]:
    away = _node_of(apart[1])
    _set_aside(site, away)
    try:
        yield away
    finally:
        nodes.take_back(site, away)


def _asked(cast: Cast, page: str) -> tuple[int, bool]:
    with signed_in_as("desk"):
        answer = cast.lan.browser(raise_request_exception=False).get(page)
        return answer.status_code, "暂时无法访问" in answer.content.decode()


class TestSetAside:
    def test_is_for_nodes_that_do_not_answer(self, site: Site, apart: tuple[Cast, Cast]) -> None:
        with pytest.raises(CannotStart):
            nodes.set_aside(site, _node_of(apart[0]))
        with pytest.raises(CannotStart):
            nodes.set_aside(site, nodes.Address("127.0.0.1", 1))
        assert nodes.set_aside_now(site) == []

    def test_its_cities_say_so_and_others_go_on(self, apart: tuple[Cast, Cast], gone: nodes.Address) -> None:
        here, there = apart
        mine = here.member(held_by=here.lan)
        for page in ("/desk/", "/desk/texts/", f"/desk/member/{here.city_id}/{mine.member_id}/"):
            assert _asked(here, page) == (200, False), page
        for page in ("/desk/", "/desk/texts/", "/desk/pools/", f"/desk/member/{there.city_id}/1/"):
            assert _asked(there, page) == (503, True), page

    def test_it_has_what_was_written_to_every_node_meanwhile(self, site: Site, apart: tuple[Cast, Cast]) -> None:
        away = _node_of(apart[1])
        _set_aside(site, away)
        try:
            run("UPDATE org_store SET name = '改了名' WHERE id = %(store)s", store=apart[0].east)
        finally:
            nodes.take_back(site, away)
        with nodes.at(site, away).connect("owner") as owner:
            assert owner.execute("SELECT name FROM org_store WHERE id = %s", [apart[0].east]).fetchall() == [("改了名",)]
        assert _asked(apart[1], "/desk/") == (200, False)


class TestWatch:
    def test_sees_every_node_and_sets_none_aside_that_answers(self, site: Site, apart: tuple[Cast, Cast]) -> None:
        with site.connect("worker") as worker:
            found = watch.nodes(worker)
            assert [each.name for each in found] == [str(each) for each in nodes.workers(site)]
            assert all(each.active and each.answers and each.whole for each in found)
            assert worker.execute("SELECT cluster.set_aside(%s::int)", [found[0].id]).fetchone() == (False,)
            assert watch.look(worker, {each.id: 7 for each in found}) == found
        assert nodes.set_aside_now(site) == []

    def test_takes_back_who_answers_again_with_all_its_copies(self, site: Site, apart: tuple[Cast, Cast]) -> None:
        _set_aside(site, _node_of(apart[1]))
        with site.connect("worker") as worker:
            worker.autocommit = True
            watch.look(worker, {})
            assert all(each.active and each.whole for each in watch.nodes(worker))
        assert _asked(apart[1], "/desk/") == (200, False)

    def test_is_the_workers_alone(self, site: Site, company: None) -> None:
        with site.connect("desk") as desk, pytest.raises(psycopg.errors.InsufficientPrivilege):
            desk.execute("SELECT cluster.set_aside(1)")
