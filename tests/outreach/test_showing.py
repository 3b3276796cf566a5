"""显示号码: one number, one permit, sixty seconds, and every try in the traces."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

from hongxian.kernel.refusal import NotFound
from hongxian.outreach import queries, showing, worklist
from hongxian.vault import asking
from tests import cast as casting
from tests.cast import Cast, Person, Someone
from tests.conftest import signed_in_as

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("desk")


def show(member: Someone, by: Person) -> showing.ShownNumber:
    return showing.show_number(by=by.actor(), city_id=member.city_id, member_id=member.member_id, now=casting.now())


def permits_of(member: Someone) -> list[bool]:
    """Whether each permit was used."""
    query = "SELECT used_at IS NOT NULL FROM vault_permit WHERE member_id = %(id)s ORDER BY id"
    return [used for (used,) in casting.rows(query, id=member.member_id)]


class TestShowNumber:
    def test_shows_it_for_sixty_seconds_against_a_permit(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        before = casting.now()
        shown = show(member, cast.lan)
        assert shown.number.replace(" ", "") == member.number.removeprefix("+86")
        assert shown.seconds == 60
        assert timedelta(seconds=59) < shown.until - before < timedelta(seconds=70)
        assert permits_of(member) == [True]
        assert [(trace[0], trace[3], trace[6]) for trace in casting.traces(member)] == [("gate.permit", "allowed", ["number"])]

    def test_takes_a_permit_each_time(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        show(member, cast.lan)
        show(member, cast.lan)
        assert permits_of(member) == [True, True]

    def test_writes_the_number_nowhere(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        show(member, cast.lan)
        national = member.number.removeprefix("+86")
        for table in ("audit_trace", "vault_permit", "members_member", "vault_opened", "pools_holding"):
            found = casting.rows(f"SELECT count(*) FROM {table} AS each WHERE each::text LIKE %(n)s", n=f"%{national}%")
            assert found == [(0,)], table
        assert national not in (settings.HOME.logs / "keeper.log").read_text()

    def test_tells_why_not_to_the_holder(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan, consents=())
        with pytest.raises(showing.ContactDenied) as refusal:
            show(member, cast.lan)
        assert (refusal.value.reason, refusal.value.status) == ("no_consent", 403)
        assert permits_of(member) == []

    @pytest.mark.parametrize("suppressed", ["", "suppressed"])
    def test_tells_others_no_more_than_of_somebody_who_is_not_there(self, cast: Cast, suppressed: str) -> None:
        """Not even that this person has said no."""
        member = cast.member(held_by=cast.lan)
        if suppressed:
            casting.run("UPDATE members_member SET suppressed_at = now() WHERE id = %(id)s", id=member.member_id)
        nobody = Someone(cast.city_id, 2**60, cast.east, *[""] * 6)
        for each in (member, nobody):
            with pytest.raises(NotFound) as refusal:
                show(each, cast.mei)
            assert (refusal.value.code, refusal.value.status) == ("not_found", 404)
        assert [trace[3] for trace in casting.traces(member)] == ["denied"]

    @pytest.mark.parametrize("who", ["chen", "zheng", "operations"])
    def test_tells_who_may_contact_nobody_just_that(self, cast: Cast, who: str) -> None:
        with pytest.raises(showing.ContactDenied) as refusal:
            show(cast.member(held_by=cast.lan), cast.people[who])
        assert refusal.value.reason == "role"

    def test_without_the_keeper_shows_nothing_and_spends_nothing(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        member = cast.member(held_by=cast.lan)
        asking.forget()
        monkeypatch.setattr(asking, "COMES_BACK_WITHIN", 0.1)
        monkeypatch.setattr(settings, "KEEPER_SOCKET", tmp_path / "nobody.sock")
        with pytest.raises(asking.KeeperAway):
            show(member, cast.lan)
        assert permits_of(member) == [False]

    def test_by_many_at_once_keeps_the_cap(self, cast: Cast) -> None:
        """Three contacts in 30 days, whoever asks: the member's row is the queue."""
        member = cast.member(held_by=cast.lan)
        others = [cast.mei, cast.liu, cast.wu]
        for other in others:
            casting.ground(member, other)
        with ThreadPoolExecutor(8) as threads:
            told = list(threads.map(_try, [(member, person) for person in (cast.lan, *others) for _ in range(2)]))
        assert len({staff_id for staff_id, reason in told if reason == ""}) == 3
        assert {reason for _, reason in told} == {"", "cap_month"}


def _try(case: tuple[Someone, Person]) -> tuple[int, str]:
    member, person = case
    with signed_in_as("desk"):
        try:
            show(member, person)
        except showing.ContactDenied as refusal:
            return person.staff_id, refusal.reason
    return person.staff_id, ""


class TestReadable:
    @pytest.mark.parametrize(
        ("number", "text"),
        [("+8613800138000", "138 0013 8000"), ("+85291234567", "+85291234567"), ("", ""), ("+86138", "+86138")],
    )
    def test_writes_mainland_numbers_as_people_do(self, number: str, text: str) -> None:
        assert showing.readable(number) == text


@pytest.mark.parametrize("state", ["minor", "deceased", "restricted"])
def test_of_whom_no_purpose_is_left_nothing_shows_even_to_the_holder(cast: Cast, state: str) -> None:
    someone, other = cast.member(held_by=cast.lan, state=state), cast.member(held_by=cast.lan)
    by = cast.lan.actor()
    with pytest.raises(NotFound):
        queries.member_page(by=by, city_id=cast.city_id, member_id=someone.member_id, now=casting.now())
    assert [each.member_id for each in worklist.in_hand(by=by, now=casting.now())] == [other.member_id]
    following = queries.next_member(by=by, now=casting.now())
    assert following is not None
    assert following.member_id == other.member_id
