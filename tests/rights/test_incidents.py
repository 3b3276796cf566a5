"""A drill: reads are planted, and the wizard's list equals the truth. And each step in its turn."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from psycopg import errors

from hongxian.audit import recording
from hongxian.kernel.refusal import NotAllowed, NotFound
from hongxian.rights import affected, incidents, noticing
from hongxian.rights.incidents import Scope
from tests import cast as casting
from tests.cast import Cast, Person, Someone
from tests.conftest import signed_in_as

TEXTS = incidents.Texts("原因", "危害", "措施", "建议", "联系", "告知全文", "the whole notice")


def look(by: Person, *members: Someone, at: datetime, fields: tuple[str, ...] = ("alias",), denied: bool = False) -> None:
    """A planted trace."""
    with signed_in_as("desk"):
        recording.record(
            by=by.actor(),
            action="member.view",
            purpose="outreach.call",
            member_ids=[each.member_id for each in members],
            fields=fields,
            denied=denied,
            now=at,
        )


def began(cast: Cast, scope: Scope, *, kind: str = "misuse") -> int:
    with signed_in_as("desk"):
        return incidents.open_incident(
            by=cast.privacy_officer.actor(), kind=kind, discovered_at=casting.now(), scope=scope, now=casting.now()
        )


def counted(cast: Cast, incident_id: int) -> dict[int, tuple[list[str], int]]:
    with signed_in_as("worker"):
        affected.count(incident_id=incident_id, cities=[0, cast.city_id], now=casting.now())
    return listed(cast, incident_id)


def listed(cast: Cast, incident_id: int) -> dict[int, tuple[list[str], int]]:
    with signed_in_as("desk"):
        by = cast.privacy_officer.actor()
        found = affected.page(by=by, incident_id=incident_id, city_id=cast.city_id, after=None, now=casting.now())
    return {each.member_id: (each.fields, each.reads) for each in found}


@pytest.fixture
def span() -> tuple[datetime, datetime]:
    return casting.now() - timedelta(hours=10), casting.now() - timedelta(hours=5)


class TestDrill:
    def test_lists_exactly_those_who_were_seen(self, cast: Cast, span: tuple[datetime, datetime]) -> None:
        begins, ends = span
        seen, twice, on_a_list, denied, before, after, by_another, untouched = (cast.member() for _ in range(8))
        middle = begins + timedelta(hours=1)
        look(cast.lan, seen, at=begins)
        look(cast.lan, twice, at=middle, fields=("alias", "note"))
        look(cast.lan, twice, on_a_list, at=middle + timedelta(minutes=5), fields=("district",))
        look(cast.lan, denied, at=middle, denied=True)
        look(cast.lan, before, at=begins - timedelta(microseconds=1))
        look(cast.lan, after, at=ends)
        look(cast.mei, by_another, at=middle)
        look(cast.lan, untouched, at=middle, fields=())  # an act, not a look
        incident_id = began(cast, Scope(begins_at=begins, ends_at=ends, staff_id=cast.lan.staff_id))
        assert counted(cast, incident_id) == {
            seen.member_id: (["alias"], 1),
            twice.member_id: (["alias", "district", "note"], 2),
            on_a_list.member_id: (["district"], 1),
        }

    def test_of_a_store_takes_everybody_of_it(self, cast: Cast, span: tuple[datetime, datetime]) -> None:
        begins, ends = span
        first, second, other = cast.member(), cast.member(), cast.member()
        look(cast.lan, first, at=begins)
        look(cast.zheng, second, at=begins)
        look(cast.wu, other, at=begins)
        incident_id = began(cast, Scope(begins_at=begins, ends_at=ends, store_id=cast.east))
        assert set(counted(cast, incident_id)) == {first.member_id, second.member_id}

    def test_of_a_process_takes_everything_it_did(self, cast: Cast, span: tuple[datetime, datetime]) -> None:
        begins, ends = span
        first, other = cast.member(), cast.member()
        look(cast.lan, first, at=begins)
        with signed_in_as("worker"):
            recording.record(
                by=cast.lan.actor("worker"),
                action="x",
                purpose="outreach.sms",
                member_ids=[other.member_id],
                fields=["alias"],
                now=begins,
            )
        incident_id = began(cast, Scope(begins_at=begins, ends_at=ends, process="worker"))
        assert set(counted(cast, incident_id)) == {other.member_id}

    def test_takes_a_list_beside_the_traces(self, cast: Cast, span: tuple[datetime, datetime]) -> None:
        begins, ends = span
        seen, alone = cast.member(), cast.member()
        look(cast.lan, seen, at=begins)
        scope = Scope(
            begins_at=begins,
            ends_at=ends,
            staff_id=cast.lan.staff_id,
            listed=[(cast.city_id, seen.member_id), (cast.city_id, alone.member_id), (cast.city_id, 2**50)],
            listed_fields=["name"],
        )
        assert counted(cast, began(cast, scope)) == {
            seen.member_id: (["alias", "name"], 1),
            alone.member_id: (["name"], 0),
        }

    def test_counted_again_is_the_same_and_narrowed_is_fewer(self, cast: Cast, span: tuple[datetime, datetime]) -> None:
        begins, ends = span
        first, second = cast.member(), cast.member()
        look(cast.lan, first, at=begins)
        look(cast.mei, second, at=begins)
        incident_id = began(cast, Scope(begins_at=begins, ends_at=ends, store_id=cast.east))
        assert counted(cast, incident_id) == counted(cast, incident_id)
        with signed_in_as("desk"):
            by = cast.privacy_officer.actor()
            incidents.narrow(
                by=by,
                incident_id=incident_id,
                scope=Scope(begins_at=begins, ends_at=ends, staff_id=cast.mei.staff_id),
                now=casting.now(),
            )
            assert incidents.incident(by=by, incident_id=incident_id).counted_at is None
        assert set(counted(cast, incident_id)) == {second.member_id}

    def test_everybody_on_a_page_finds_a_trace_of_it(self, cast: Cast, span: tuple[datetime, datetime]) -> None:
        begins, ends = span
        someone = cast.member()
        look(cast.lan, someone, at=begins)
        counted(cast, began(cast, Scope(begins_at=begins, ends_at=ends, staff_id=cast.lan.staff_id)))
        assert casting.traces(someone, action="incident.affected")[-1][5] == cast.privacy_officer.staff_id


class TestSteps:
    @pytest.fixture
    def incident_id(self, cast: Cast, span: tuple[datetime, datetime]) -> int:
        self.someone = cast.member()
        look(cast.lan, self.someone, at=span[0])
        return began(cast, Scope(begins_at=span[0], ends_at=span[1], staff_id=cast.lan.staff_id))

    def test_come_in_their_order_and_the_person_is_told(self, cast: Cast, incident_id: int) -> None:
        by, now = cast.privacy_officer.actor(), casting.now()
        someone = {"city_id": cast.city_id, "member_id": self.someone.member_id}
        with signed_in_as("desk"):
            for early in (incidents.notify, incidents.report, incidents.close):
                with pytest.raises(incidents.NotReady):
                    early(by=by, incident_id=incident_id, now=now)
            with pytest.raises(incidents.NotReady):
                incidents.write(by=by, incident_id=incident_id, texts=TEXTS, now=now)
        counted(cast, incident_id)
        with signed_in_as("desk"):
            assert incidents.incident(by=by, incident_id=incident_id).step == 2
            incidents.write(by=by, incident_id=incident_id, texts=TEXTS, now=now)
            assert affected.notices_for(**someone) == []
            incidents.notify(by=by, incident_id=incident_id, now=now)
            [notice] = affected.notices_for(**someone)
            assert (notice.notice_zh, notice.notice_en, notice.fields) == ("告知全文", "the whole notice", ["alias"])
            assert affected.notices_for(city_id=cast.city_id, member_id=cast.member().member_id) == []
            with pytest.raises(incidents.NotReady):
                incidents.close(by=by, incident_id=incident_id, now=now)
            incidents.report(by=by, incident_id=incident_id, now=now)
            incidents.close(by=by, incident_id=incident_id, now=now)
            assert incidents.incident(by=by, incident_id=incident_id).step == 6
            with pytest.raises(incidents.IncidentClosed):
                incidents.write(by=by, incident_id=incident_id, texts=TEXTS, now=now)

    def test_people_who_were_told_are_not_counted_away(self, cast: Cast, incident_id: int) -> None:
        by, now = cast.privacy_officer.actor(), casting.now()
        before = counted(cast, incident_id)
        with signed_in_as("desk"):
            incidents.write(by=by, incident_id=incident_id, texts=TEXTS, now=now)
            incidents.notify(by=by, incident_id=incident_id, now=now)
            with pytest.raises(incidents.NotReady):
                incidents.narrow(by=by, incident_id=incident_id, scope=Scope(listed=[(1, 1)], listed_fields=["name"]), now=now)
        assert counted(cast, incident_id) == before

    def test_the_draft_says_what_article_57_asks(self, cast: Cast, incident_id: int) -> None:
        by = cast.privacy_officer.actor()
        counted(cast, incident_id)
        with signed_in_as("desk"):
            found = incidents.incident(by=by, incident_id=incident_id)
            fields = affected.by_field(by=by, incident_id=incident_id)
            cities = affected.by_city(by=by, incident_id=incident_id)
        draft = noticing.drafts(found, fields)
        for words in ("信息种类：称呼", "原因：", "危害：", "措施：", "联系方式："):
            assert words in draft.notice_zh
        assert "form of address" in draft.notice_en
        report = noticing.report(found, cities, fields, now=casting.now())
        assert "涉及人数：1（" in report
        assert "称呼：1 人" in report
        assert not any(secret in report for secret in (*self.someone.secrets, self.someone.alias))

    def test_are_the_privacy_officers(self, cast: Cast, incident_id: int) -> None:
        with signed_in_as("desk"):
            for who in ("lan", "zheng", "operations", "auditor", "fraud_desk"):
                with pytest.raises(NotAllowed):
                    incidents.incident(by=cast.people[who].actor(), incident_id=incident_id)
            with pytest.raises(NotFound):
                incidents.incident(by=cast.privacy_officer.actor(), incident_id=2**40)

    @pytest.mark.parametrize("change", ["notified_at = now()", "closed_at = now()", "kind = 'rumour'", "ends_at = begins_at"])
    def test_out_of_order_are_refused_by_the_table_itself(self, cast: Cast, incident_id: int, change: str) -> None:
        with pytest.raises(errors.CheckViolation):
            casting.run(f"UPDATE rights_incident SET {change} WHERE id = %(id)s", id=incident_id)


@pytest.mark.usefixtures("company")
class TestScope:
    @pytest.mark.parametrize(
        "scope",
        [
            Scope(),
            Scope(staff_id=3),
            Scope(begins_at=casting.now()),
            Scope(begins_at=casting.now(), ends_at=casting.now() - timedelta(days=1)),
            Scope(listed=[(1, 2)]),
            Scope(listed=[(1, 2)], listed_fields=["shoe_size"]),
            Scope(begins_at=casting.now() - timedelta(days=1), ends_at=casting.now(), process="spy"),
        ],
    )
    def test_that_names_nobody_is_refused(self, cast: Cast, scope: Scope) -> None:
        with signed_in_as("desk"), pytest.raises(incidents.BadIncident):
            incidents.open_incident(
                by=cast.privacy_officer.actor(), kind="leak", discovered_at=casting.now(), scope=scope, now=casting.now()
            )
