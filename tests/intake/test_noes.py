"""A "no" against workbooks: however the number is written, whoever brings it, in whichever row it stands."""

from __future__ import annotations

import pytest
from django.utils import timezone

from hongxian.pools import claiming, filtering
from tests import world
from tests.intake import books

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def city() -> world.World:
    return world.World(now=timezone.now())


class TestSuppressing:
    @pytest.mark.parametrize("written", ["+86 {}", "0086{}", "{}", "+86-{}"])
    def test_never_enters_a_pool_however_the_number_is_written(self, city: world.World, written: str) -> None:
        n = books.number()
        books.bring(city.stores[0], books.book([{"label": "A1", "phone": n, **books.signed()}]))
        books.refuse(city, n)
        assert city.count("pools_entry") == 0
        wide = n.translate({ord(digit): chr(ord(digit) - ord("0") + ord("０")) for digit in "0123456789"})
        elsewhere = world.World(now=timezone.now())
        for place, text in enumerate((written.format(n), wide, f"{n[:3]} {n[3:7]} {n[7:]}")):
            done = books.bring(elsewhere.stores[0], books.book([{"label": f"B{place}", "phone": text, **books.signed()}]))
            assert (done.rows[0].result, done.rows[0].suppressed) == ("merged", True)
        assert city.count("pools_entry") == elsewhere.count("pools_entry") == elsewhere.count("members_member") == 0
        assert books.probe(city, n) == "suppressed"

    def test_holds_for_a_number_that_nobody_knew(self, city: world.World) -> None:
        n = books.number()
        books.refuse(city, n)
        done = books.bring(city.stores[0], books.book([{"label": "A1", "phone": n, **books.signed()}]))
        assert (done.rows[0].result, done.rows[0].suppressed, done.summary.contactable_people) == ("accepted", True, 0)
        assert city.count("pools_entry") == 0

    def test_heeds_the_no_of_a_refused_row(self, city: world.World) -> None:
        n = books.number()
        rows = [
            {"label": "A1", "phone": n, **books.signed()},
            {"label": "A2", "phone": n, "birth": "1990-02-31", "last_result": "不需要服务"},
        ]
        done = books.bring(city.stores[0], books.book(rows))
        assert [(row.result, row.suppressed) for row in done.rows] == [("accepted", True), ("refused", True)]
        assert city.count("pools_entry") == 0
        assert books.probe(city, n) == "suppressed"

    def test_takes_a_known_member_out_of_pools_and_hands(self, city: world.World) -> None:
        people = [books.number() for _ in range(3)]
        rows = [{"label": f"A{place}", "phone": n, **books.signed()} for place, n in enumerate(people)]
        books.bring(city.stores[0], books.book(rows))
        claiming.claim_next(
            by=city.consultant(), pool_id=city.stores[0].pool_id, n=1, filters=filtering.EVERYBODY, now=timezone.now()
        )
        noes = [{"label": f"B{place}", "phone": n, "marital": "已婚"} for place, n in enumerate(people)]
        books.bring(city.stores[1], books.book(noes))
        assert city.count("pools_entry") == city.count("pools_holding") == 0
        assert world.broken_promises(city.city_id) == []

    def test_does_not_undo_a_lifting_when_the_same_file_comes_again(self, city: world.World) -> None:
        n = books.number()
        rows = books.book([{"label": "A1", "phone": n, "last_result": "不需要服务", **books.signed()}])
        books.bring(city.stores[0], rows)
        for each in books.hashes_of(city, n):
            world.run("INSERT INTO consent_lifting (number_hash, lifted_at, proof) VALUES (%s, now(), 'code')", each)
        world.run("UPDATE members_member SET suppressed_at = NULL WHERE city_id = %s", city.city_id)
        books.bring(city.stores[0], rows)
        assert city.count("members_member", "suppressed_at IS NULL") == 1
        assert books.probe(city, n) == "ok"
