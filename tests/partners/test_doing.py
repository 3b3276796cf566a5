"""What the worker does with what partners asked for: by the rules of every other way in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from hongxian.kernel.clock import day_of
from hongxian.partners import doing, forgetting
from tests.cast import Cast, now, rows, run, withdrawal
from tests.conftest import signed_in_as
from tests.drawing import fresh_number
from tests.partnership import Partner, yes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cast import Someone


@pytest.fixture
def partner(company: None) -> Iterator[Partner]:
    found = Partner(Cast())
    with signed_in_as("desk"):
        yield found


def record(someone: Someone) -> dict[str, object]:
    names = ("suppressed_at", "contact_until", "education", "marital", "district", "intends", "profiling_off", "height_cm")
    [found] = rows(
        f"SELECT {', '.join(names)} FROM members_member WHERE city_id = %(c)s AND id = %(m)s",
        c=someone.city_id,
        m=someone.member_id,
    )
    return dict(zip(names, found, strict=True))


def place(someone: Someone) -> str:
    for table in ("pools_entry", "pools_holding"):
        if rows(f"SELECT 1 FROM {table} WHERE city_id = %(c)s AND member_id = %(m)s", c=someone.city_id, m=someone.member_id):
            return table
    return ""


class TestConsent:
    def test_of_somebody_known_counts(self, partner: Partner) -> None:
        someone = partner.cast.member(consents=())
        run("UPDATE members_member SET contact_until = NULL WHERE id = %(m)s", m=someone.member_id)
        partner.post("consents", {"number": someone.number, "consents": [yes("outreach.call"), yes("pool.grading")]})
        partner.work()
        assert place(someone) == "pools_entry"
        found = rows("SELECT purpose FROM consent_receipt WHERE member_id = %(m)s ORDER BY 1", m=someone.member_id)
        assert found == [("outreach.call",), ("pool.grading",)]

    def test_does_not_bring_back_what_was_withdrawn_after_it(self, partner: Partner) -> None:
        someone = partner.cast.member(consents=())
        run("UPDATE members_member SET contact_until = NULL WHERE id = %(m)s", m=someone.member_id)
        withdrawal(someone, "outreach.call")
        old = (day_of(now()) - timedelta(days=3)).isoformat()
        partner.post("consents", {"number": someone.number, "consents": [yes(given_on=old)]})
        partner.work()
        assert place(someone) == ""

    def test_of_a_number_that_said_no_lifts_nothing_and_is_in_the_traces(self, partner: Partner) -> None:
        someone = partner.cast.member(consents=())
        partner.post("events", {"number": someone.number, "type": "refused"})
        partner.post("consents", {"number": someone.number, "consents": [yes()]})
        partner.work()
        assert record(someone)["suppressed_at"] is not None
        assert place(someone) == ""
        denied = rows(
            "SELECT reason FROM audit_trace WHERE city_id = %(c)s AND outcome = 'denied' AND %(m)s = ANY (member_ids)",
            c=someone.city_id,
            m=someone.member_id,
        )
        assert denied == [("only_the_person partner",)]

    def test_of_nobody_and_of_another_citys_changes_nothing(self, partner: Partner) -> None:
        elsewhere = Cast().member(consents=())
        for number in (fresh_number(), elsewhere.number):
            assert partner.post("consents", {"number": number, "consents": [yes()]}).status_code == 202
        partner.work()
        assert {state for _, state, _ in partner.states()} == {"done"}
        assert rows("SELECT 1 FROM consent_receipt WHERE member_id = %(m)s", m=elsewhere.member_id) == []


class TestWithdrawal:
    def test_holds_wherever_the_record_is(self, partner: Partner) -> None:
        here, there_cast = partner.cast.member(pooled=True), Cast()
        there = there_cast.member(held_by=there_cast.lan)
        for someone in (here, there):
            partner.post("withdrawals", {"number": someone.number, "purposes": ["outreach.call"]})
        partner.work()
        for someone in (here, there):
            assert place(someone) == ""
            found = rows("SELECT purpose, via FROM consent_withdrawal WHERE member_id = %(m)s", m=someone.member_id)
            assert found == [("outreach.call", "partner")]

    def test_of_an_account_takes_everything_back(self, partner: Partner) -> None:
        someone = partner.cast.member(pooled=True)
        partner.post("events", {"number": someone.number, "type": "account_closed"})
        partner.work()
        found = {
            purpose for (purpose,) in rows("SELECT purpose FROM consent_withdrawal WHERE member_id = %(m)s", m=someone.member_id)
        }
        assert found == {"outreach.call", "outreach.sms", "pool.grading", "outreach.promotion"}
        assert place(someone) == ""


class TestNo:
    @pytest.mark.parametrize(
        ("said", "reason"), [("refused", "refused"), ("married", "married"), ("number_given_up", "wrong_person")]
    )
    def test_is_of_the_number_and_final(self, partner: Partner, said: str, reason: str) -> None:
        someone = partner.cast.member(held_by=partner.cast.lan)
        partner.post("events", {"number": someone.number, "type": said})
        partner.work()
        assert place(someone) == ""
        assert record(someone)["suppressed_at"] is not None
        found = rows("SELECT reason FROM consent_suppression WHERE number_hash = %(h)s", h=someone.hashes[0])
        assert found == [(reason,)]

    def test_of_an_unknown_number_is_there_when_it_registers(self, partner: Partner) -> None:
        """A "no" goes before what came before it: the registration of the same moment comes in suppressed."""
        number = fresh_number()
        partner.post("registrations", partner.registration(number))
        partner.post("events", {"number": number, "type": "refused"})
        partner.work()
        [(member_id, suppressed)] = rows(
            "SELECT id, suppressed_at IS NOT NULL FROM members_member WHERE city_id = %(c)s", c=partner.cast.city_id
        )
        assert suppressed
        assert rows("SELECT 1 FROM pools_entry WHERE member_id = %(m)s", m=member_id) == []


class TestProfile:
    def register(self, partner: Partner) -> str:
        number = fresh_number()
        partner.post("registrations", partner.registration(number, education="college", district="静安区"))
        partner.work()
        return number

    def facets(self, partner: Partner) -> tuple[object, ...]:
        query = (
            "SELECT education, district, height_cm, marital, suppressed_at IS NOT NULL FROM members_member WHERE city_id = %(c)s"
        )
        [found] = rows(query, c=partner.cast.city_id)
        return found

    def test_of_whom_the_partner_brought_is_put_right(self, partner: Partner) -> None:
        number = self.register(partner)
        partner.post("profiles", {"number": number, "education": "master", "height_cm": 170})
        partner.work()
        assert self.facets(partner) == ("master", "静安区", 170, "", False)

    def test_leaves_what_the_person_corrected(self, partner: Partner) -> None:
        number = self.register(partner)
        run(
            "INSERT INTO members_correction (city_id, member_id, field, at, via) SELECT city_id, id, 'education', now(), 'portal'"
            "  FROM members_member WHERE city_id = %(c)s",
            c=partner.cast.city_id,
        )
        partner.post("profiles", {"number": number, "education": "doctor", "district": "黄浦区"})
        partner.work()
        assert self.facets(partner)[:2] == ("college", "黄浦区")

    def test_of_another_sources_record_fills_blanks_only(self, partner: Partner) -> None:
        someone = partner.cast.member()
        partner.post("profiles", {"number": someone.number, "education": "master", "occupation": "教师"})
        partner.work()
        assert record(someone)["education"] == "bachelor"
        assert rows("SELECT occupation FROM members_member WHERE id = %(m)s", m=someone.member_id) == [("教师",)]

    def test_of_somebody_married_is_a_no(self, partner: Partner) -> None:
        number = self.register(partner)
        partner.post("profiles", {"number": number, "marital": "married"})
        partner.work()
        assert self.facets(partner)[4] is True


class TestIntent:
    def test_is_noted(self, partner: Partner) -> None:
        someone = partner.cast.member(pooled=True)
        partner.post("events", {"number": someone.number, "type": "intent"})
        partner.work()
        assert record(someone)["intends"] is True
        assert place(someone) == "pools_entry"


class TestDoing:
    def test_twice_does_no_harm(self, partner: Partner) -> None:
        """A worker that died after its work and before it said so."""
        number = fresh_number()
        partner.post("registrations", partner.registration(number))
        sealed = rows("SELECT sealed FROM partners_request WHERE partner_id = %(p)s", p=partner.partner_id)[0][0]
        partner.work()
        run(
            "UPDATE partners_request SET state = 'waiting', done_at = NULL, sealed = %(s)s WHERE partner_id = %(p)s",
            s=sealed,
            p=partner.partner_id,
        )
        before = rows("SELECT count(*) FROM consent_receipt WHERE city_id = %(c)s", c=partner.cast.city_id)
        assert partner.work() == 1
        assert rows("SELECT count(*) FROM consent_receipt WHERE city_id = %(c)s", c=partner.cast.city_id) == before
        assert rows("SELECT count(*) FROM members_member WHERE city_id = %(c)s", c=partner.cast.city_id) == [(1,)]

    def test_of_something_in_anothers_place_fails_alone(self, partner: Partner) -> None:
        """Sealed under its own name: whoever could write the table could not swap two."""
        numbers = [fresh_number(), fresh_number()]
        for number in numbers:
            partner.post("registrations", partner.registration(number))
        run(
            "UPDATE partners_request SET sealed = (SELECT sealed FROM partners_request WHERE partner_id = %(p)s ORDER BY id LIMIT 1)"
            " WHERE partner_id = %(p)s",
            p=partner.partner_id,
        )
        partner.work()
        assert [state[1:] for state in partner.states()] == [("done", ""), ("failed", "unusable")]

    def test_is_one_workers_at_a_time(self, partner: Partner) -> None:
        partner.post("events", {"number": fresh_number(), "type": "intent"})
        with signed_in_as("worker"), doing.alone(space=doing.LOCK_SPACE, city_id=partner.cast.city_id) as held:
            assert held
            with signed_in_as("worker"):
                assert doing.do_city(city_id=partner.cast.city_id, now=now()) == 0
        assert partner.work() == 1


class TestForgetting:
    def test_leaves_no_names_after_a_week(self, partner: Partner) -> None:
        idem = uuid4().hex
        partner.post("events", {"number": fresh_number(), "type": "intent"}, idem=idem)
        partner.work()
        for later, left in ((6, 1), (8, 0)):
            with signed_in_as("worker"):
                forgetting.forget_past(city_id=partner.cast.city_id, now=now() + timedelta(days=later))
            assert len(partner.states()) == left
        assert partner.post("events", {"number": fresh_number(), "type": "intent"}, idem=idem).status_code == 202
