"""One person joins, is erased, joins again: by the rules of an import."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from hongxian.intake import registering, runs
from hongxian.kernel.permissions import Role
from hongxian.kernel.refusal import NotAllowed, NotFound
from hongxian.org import queries as org
from hongxian.outreach import refusing
from hongxian.rights import erasing
from hongxian.vault import asking
from tests import world
from tests.intake import books

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture
def city() -> world.World:
    return world.World(now=timezone.now())


def register(city: world.World, number: str, **given: Any) -> registering.Registered:
    store = org.store(store_id=city.stores[0].store_id)
    assert store is not None
    told: dict[str, Any] = {
        "name": "欧阳晓晓",
        "sex": "女",
        "birth": "1990-03-05",
        "basis": books.SIGNED,
        "basis_date": books.today(),
    }
    told |= {"by": runs.system_for(store), "store": store} | given
    return registering.register(number=number, now=timezone.now(), **told)


def refuse(city: world.World, number: str) -> None:
    now = timezone.now()
    [hashes] = asking.hash_numbers(by=city.system(), numbers=[f"+86{number}"], purpose="suppression", now=now)
    refusing.refuse_number(by=city.system(), number_hashes=hashes, origin="test", reason="refused", now=now)


def erase(city: world.World, member_id: int | None) -> None:
    assert member_id is not None
    erasing.erase(by=city.staff(role=Role.PRIVACY_OFFICER), city_id=city.city_id, member_id=member_id, now=timezone.now())


class TestRegister:
    def test_makes_a_member_who_may_be_contacted(self, city: world.World) -> None:
        done = register(city, books.number())
        assert (done.result, done.suppressed, done.contactable) == ("accepted", False, True)
        assert city.ids("pools_entry") == [done.member_id]
        assert world.rows("SELECT source FROM members_member WHERE city_id = %s", city.city_id) == [("registration",)]

    def test_changes_nothing_the_second_time(self, city: world.World) -> None:
        n = books.number()
        done = register(city, n)
        before = books.contents()
        assert register(city, f"0086 {n}") == done
        assert books.contents() == before

    def test_merges_into_who_was_imported(self, city: world.World) -> None:
        n = books.number()
        books.bring(city.stores[0], books.book([{"label": "A1", "phone": n}]))
        done = register(city, n)
        assert (done.result, done.merged_into, done.contactable) == ("merged", "A1", True)

    def test_without_a_consent_makes_a_member_nobody_may_contact(self, city: world.World) -> None:
        done = register(city, books.number(), basis="", basis_date=None)
        assert (done.result, done.contactable) == ("accepted", False)
        assert city.count("pools_entry") == 0

    @pytest.mark.parametrize(
        ("number", "birth", "reason"),
        [
            ("12", "1990-01-01", "phone"),
            ("021-62001234", "1990-01-01", "landline"),
            ("", "1990-01-01", "phone"),
            (None, "1990-02-31", "birth"),
            (None, (books.today() - timedelta(days=6000)).isoformat(), "minor"),
        ],
    )
    def test_refuses_and_stores_nothing(self, city: world.World, number: str | None, birth: str, reason: str) -> None:
        with pytest.raises(registering.CannotRegister) as caught:
            register(city, books.number() if number is None else number, birth=birth)
        assert (caught.value.reason, caught.value.code) == (reason, f"intake.{reason}")
        assert city.count("members_member") == 0

    def test_is_not_for_consultants_nor_for_other_stores(self, city: world.World) -> None:
        with pytest.raises(NotAllowed):
            register(city, books.number(), by=city.consultant())
        with pytest.raises(NotFound):
            register(city, books.number(), by=city.store_manager(store=city.stores[1]))


class TestAfterErasure:
    def test_a_no_outlives_deletion_and_registering_anew(self, city: world.World) -> None:
        n = books.number()
        first = register(city, n)
        refuse(city, n)
        erase(city, first.member_id)
        again = register(city, f"+86 {n[:3]} {n[3:7]} {n[7:]}")
        assert (again.result, again.suppressed, again.contactable) == ("accepted", True, False)
        assert again.member_id != first.member_id
        assert city.count("pools_entry") == 0

    def test_leaves_nothing_of_the_person(self, city: world.World) -> None:
        row = {"label": "老王1990", "name": "王小明", "phone": books.number(), "basis": books.SIGNED, "remark": "爱好：木雕版画"}
        books.bring(city.stores[0], books.book([row]))
        (member_id,) = city.ids("vault_envelope")
        erase(city, member_id)
        assert city.count("vault_envelope") == city.count("vault_datakey") == city.count("pools_entry") == 0
        ((origin, hashes),) = world.rows("SELECT origin, number_hashes FROM members_member WHERE city_id = %s", city.city_id)
        assert (origin, hashes) == (f"erased {member_id}", [])

    def test_the_same_file_brings_the_person_back_as_somebody_new(self, city: world.World) -> None:
        content = books.book([{"label": "A1", "phone": books.number(), **books.signed()}])
        books.bring(city.stores[0], content)
        (first,) = city.ids("pools_entry")
        erase(city, first)
        books.bring(city.stores[0], content)
        (second,) = city.ids("pools_entry")
        assert second != first
