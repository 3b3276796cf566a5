"""Lifting a "no" (解除): only its person can. Whoever else tries, by whatever way, changes nothing and is in the traces."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from django.utils import timezone

from hongxian.cli import processes
from hongxian.consent import suppressing
from hongxian.intake import registering, runs
from hongxian.kernel.clock import day_of
from hongxian.org import queries as org
from hongxian.outreach import refusing
from hongxian.rights import erasing
from tests import cast as casting
from tests import world
from tests.cast import Cast, Person, Someone
from tests.conftest import signed_in_as
from tests.intake import books

EVERYBODY = ("lan", "mei", "chen", "zheng", "wu", "xu", *casting.HEADQUARTERS)


def refused(cast: Cast, member: Someone, by: Person | None = None) -> Someone:
    by = by or cast.zheng
    refusing.refuse(by=by.actor(), city_id=member.city_id, member_id=member.member_id, reason="refused", now=casting.now())
    return member


def said_no(member: Someone) -> bool:
    return set(suppressing.suppressed(member.hashes)) == set(member.hashes)


def tries(member: Someone) -> list[tuple[Any, ...]]:
    """Outcome, reason and staff of every try to lift this member's "no"."""
    return [(trace[3], trace[4], trace[5]) for trace in casting.traces(member, action="suppression.lift")]


class TestStaff:
    @pytest.mark.parametrize("who", EVERYBODY)
    def test_cannot_at_the_desk_and_are_told_who_can(self, cast: Cast, who: str) -> None:
        with signed_in_as("desk"):
            member, person = refused(cast, cast.member()), cast.people[who]
            form = {"city": member.city_id, "member": member.member_id}
            answer = person.browser().post("/desk/gate/lift/", form)
            assert answer.status_code == 403
            assert "只有本人能解除" in answer.content.decode()
            assert said_no(member)
            assert tries(member) == [("denied", "only_the_person desk", person.staff_id)]

    @pytest.mark.parametrize("form", [{}, {"city": "x", "member": "y"}, {"city": "1"}, {"city": str(2**80), "member": "1"}])
    def test_of_nobody_in_particular_is_traced_too(self, cast: Cast, form: dict[str, str]) -> None:
        with signed_in_as("desk"):
            assert cast.zheng.browser().post("/desk/gate/lift/", form).status_code == 403
        [(reason, members)] = casting.rows(
            "SELECT reason, member_ids FROM audit_trace WHERE staff_id = %(id)s AND action = 'suppression.lift'",
            id=cast.zheng.staff_id,
        )
        assert (reason, members) == ("only_the_person desk", [])

    def test_no_page_offers_it(self, cast: Cast) -> None:
        with signed_in_as("desk"):
            refused(cast, cast.member())
            pages = [
                cast.zheng.browser().get("/desk/members/?place=suppressed"),
                cast.privacy_officer.browser().get("/desk/gate/"),
            ]
        assert [(page.status_code, "lift" in page.content.decode()) for page in pages] == [(200, False)] * 2

    def test_cannot_at_the_console(self, cast: Cast) -> None:
        with signed_in_as("desk"):
            member = refused(cast, cast.member())
        for words in (
            ("--number", member.number),
            ("--city", cast.code, "--member", str(member.member_id)),
            ("--number", "19800000000"),
        ):
            done = subprocess.run(
                [sys.executable, "-m", processes.PROGRAM, "lift", *words],
                check=False,
                capture_output=True,
                text=True,
                env=processes.environment("worker"),
                timeout=100,
            )
            assert (done.returncode, done.stdout) == (1, "")
            assert "只有本人能解除" in done.stderr
        assert said_no(member)
        assert tries(member) == [("denied", "only_the_person console", 0)] * 2


class TestBringingIn:
    def test_by_an_import_lifts_nothing_and_names_all_of_them_once(self, company: None) -> None:
        city = world.World(now=timezone.now())
        known, stranger, free = books.number(), books.number(), books.number()
        books.bring(city.stores[0], books.book([{"label": "A1", "phone": known, **books.signed()}]))
        for n in (known, stranger):
            books.refuse(city, n)
        rows = [{"label": f"B{place}", "phone": n, **books.signed()} for place, n in enumerate((known, stranger, free))]
        books.bring(city.stores[1], books.book(rows))
        assert [books.probe(city, n) for n in (known, stranger, free)] == ["suppressed", "suppressed", "ok"]
        suppressed = _suppressed(city)
        traces = world.rows(
            "SELECT member_ids, reason, outcome FROM audit_trace WHERE city_id = %s AND action = 'suppression.lift'", city.city_id
        )
        assert traces == [(suppressed, "only_the_person import", "denied")]
        assert len(suppressed) == 2

    def test_without_a_fresh_yes_is_no_try(self, company: None) -> None:
        city, n = world.World(now=timezone.now()), books.number()
        books.refuse(city, n)
        books.bring(city.stores[0], books.book([{"label": "A1", "phone": n}]))
        assert city.denials() == []

    def test_tried_without_storing_is_no_try(self, company: None) -> None:
        city, n = world.World(now=timezone.now()), books.number()
        books.refuse(city, n)
        books.bring(city.stores[0], books.book([{"label": "A1", "phone": n, **books.signed()}]), dry=True)
        assert city.denials() == []

    @pytest.mark.parametrize("erased", [False, True])
    def test_by_a_registration_lifts_nothing(self, cast: Cast, *, erased: bool) -> None:
        with signed_in_as("desk"):
            member = refused(cast, cast.member())
        store = org.store(store_id=cast.west)
        assert store is not None
        if erased:
            by = cast.privacy_officer.actor("worker")
            erasing.erase(by=by, city_id=cast.city_id, member_id=member.member_id, now=casting.now())
        done = registering.register(
            by=runs.system_for(store),
            store=store,
            number=member.number,
            name="欧阳新",
            sex="女",
            birth="1990-01-01",
            basis="到店签署纸质授权书",
            basis_date=day_of(casting.now()),
            now=casting.now(),
        )
        assert (done.suppressed, done.contactable) == (True, False)
        assert said_no(member)
        denied = casting.rows(
            "SELECT member_ids, reason FROM audit_trace WHERE city_id = %(id)s AND action = 'suppression.lift' AND outcome = 'denied'",
            id=cast.city_id,
        )
        assert denied == [([done.member_id], "only_the_person registration")]
        assert (done.member_id == member.member_id) is not erased


class TestOrigin:
    """Where a "no" was said names nobody: after an erasure the hash is tied to no record, and to no name in a workbook."""

    def test_of_what_staff_file_names_no_member(self, cast: Cast) -> None:
        with signed_in_as("desk"):
            members = [refused(cast, cast.member()) for _ in range(2)]
        origins = set()
        for member in members:
            found = casting.rows(
                "SELECT suppression::text, origin FROM consent_suppression AS suppression WHERE number_hash = ANY (%(h)s)",
                h=member.hashes,
            )
            assert found
            for text, origin in found:
                assert f"{member.city_id}/{member.member_id}" not in text
                assert not origin.split()[-1].isdecimal()
                origins.add(origin)
        assert len(origins) == 2

    def test_of_a_workbooks_row_hides_its_label_and_stays_the_same(self, company: None) -> None:
        city, n = world.World(now=timezone.now()), books.number()
        book = books.book([{"label": "老王1990", "phone": n, "last_result": "不需要服务"}])
        for _ in range(2):
            books.bring(city.stores[0], book)
        found = world.rows("SELECT origin FROM consent_suppression WHERE origin LIKE %s", f"import {city.stores[0].code} %")
        assert len(found) == len(books.hashes_of(city, n))
        assert "老王" not in str(found)


def _suppressed(city: world.World) -> list[int]:
    return [
        row[0]
        for row in world.rows(
            "SELECT id FROM members_member WHERE city_id = %s AND suppressed_at IS NOT NULL ORDER BY 1", city.city_id
        )
    ]
