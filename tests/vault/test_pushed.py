"""What a member pushed is opened for the one consultant it was pushed to, while its ground lives and it is not taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from hongxian.audit import recording
from hongxian.letters.card import Card
from hongxian.pools import reassigning, releasing, removing
from hongxian.vault import asking, shredding
from tests import cast as casting
from tests.letters.pushes import push, take_back

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cast import Cast, Person, Someone

FIELDS = ("pushed_message", "preference_card")


def look(someone: Someone, by: Person, **other: Any) -> list[tuple[str, str]]:
    """What the keeper opens against a trace that says yes: kind and text."""
    about = {"purpose": "preference.push", "fields": FIELDS, "ground": "push", "member_ids": [someone.member_id]} | other
    trace = recording.record(by=by.actor(), action="member.shared", city_id=someone.city_id, now=casting.now(), **about)
    return [(each.kind, each.text) for each in asking.pushed(trace)]


def reason(someone: Someone, by: Person, **other: Any) -> str:
    with pytest.raises(asking.KeeperDenied) as denied:
        look(someone, by, **other)
    return denied.value.reason


@pytest.fixture
def held(cast: Cast) -> Someone:
    return cast.member(held_by=cast.lan)


@pytest.mark.usefixtures("desk")
class TestPushed:
    def test_is_opened_for_the_consultant(self, cast: Cast, held: Someone) -> None:
        push(held, cast.lan, text="一起去爬山吗")
        push(held, cast.lan, card=Card(birth_years=(1990,)))
        (kind, card), (other, message) = look(held, cast.lan)
        assert (kind, other) == ("card", "message")
        assert "1990" in card
        assert "一起去爬山吗" in message

    def test_only_of_the_kind_that_the_trace_names(self, cast: Cast, held: Someone) -> None:
        push(held, cast.lan)
        push(held, cast.lan, card=Card(birth_years=(1990,)))
        assert [kind for kind, _ in look(held, cast.lan, fields=["preference_card"])] == ["card"]

    def test_not_for_a_team_mate_or_a_manager(self, cast: Cast, held: Someone) -> None:
        push(held, cast.lan)
        for other in (cast.mei, cast.chen, cast.zheng, cast.wu, cast.auditor, cast.privacy_officer):
            assert reason(held, other) == "no_ground"

    def test_not_of_others_with_a_ground_of_ones_own(self, cast: Cast, held: Someone) -> None:
        casting.ground(held, cast.mei)
        push(held, cast.mei)
        push(held, cast.lan, text="给兰的")
        assert ["给兰的" in text for _, text in look(held, cast.lan)] == [True]

    def test_not_when_it_is_over(self, cast: Cast, held: Someone) -> None:
        push(held, cast.lan, text="还在")
        push(held, cast.lan, until=casting.now() - timedelta(seconds=1), grounded=False)
        assert len(look(held, cast.lan)) == 1
        casting.run("UPDATE vault_ground SET until = now() WHERE kind = 'push' AND member_id = %(id)s", id=held.member_id)
        assert reason(held, cast.lan) == "no_ground"

    def test_not_when_it_was_taken_back(self, cast: Cast, held: Someone) -> None:
        number = push(held, cast.lan)
        assert len(look(held, cast.lan)) == 1
        take_back(number)
        assert look(held, cast.lan) == []

    def test_not_when_the_holding_has_run_out(self, cast: Cast, held: Someone) -> None:
        """Even before anybody has taken the member back."""
        push(held, cast.lan)
        casting.run("UPDATE vault_ground SET until = now() WHERE kind = 'claim' AND member_id = %(id)s", id=held.member_id)
        assert look(held, cast.lan) == []

    def test_not_of_somebody_whose_state_is_not_live(self, cast: Cast, held: Someone) -> None:
        push(held, cast.lan)
        casting.run("UPDATE members_member SET state = 'deceased' WHERE id = %(id)s", id=held.member_id)
        assert reason(held, cast.lan) == "no_ground"

    @pytest.mark.parametrize(
        ("other", "expected"),
        [
            ({"purpose": "outreach.call"}, "field_outside_purpose"),
            ({"purpose": "letters"}, "field_outside_purpose"),
            ({"fields": ["own_sent"]}, "field_outside_purpose"),
            ({"fields": ["alias"]}, "field_outside_purpose"),
            ({"member_ids": []}, "field_outside_purpose"),
            ({"denied": True}, "no_committed_trace"),
        ],
    )
    def test_not_against_another_trace(self, cast: Cast, held: Someone, other: dict[str, Any], expected: str) -> None:
        push(held, cast.lan)
        assert reason(held, cast.lan, **other) == expected

    def test_not_twice_against_one_trace(self, cast: Cast, held: Someone) -> None:
        push(held, cast.lan)
        trace = recording.record(
            by=cast.lan.actor(), action="x", purpose="preference.push", fields=FIELDS, city_id=held.city_id, member_ids=[held.member_id], now=casting.now()
        )  # fmt: skip
        assert asking.pushed(trace)
        with pytest.raises(asking.KeeperDenied):
            asking.pushed(trace)

    def test_opens_nothing_through_other_questions(self, cast: Cast, held: Someone) -> None:
        push(held, cast.lan)
        trace = recording.record(
            by=cast.lan.actor(), action="x", purpose="preference.push", fields=FIELDS, city_id=held.city_id, member_ids=[held.member_id], now=casting.now()
        )  # fmt: skip
        with pytest.raises(asking.KeeperDenied):
            asking.reveal(trace)


@pytest.mark.usefixtures("company")
class TestWorker:
    def test_is_told_nothing(self, cast: Cast, as_role: Callable[[str], Any]) -> None:
        held = cast.member(held_by=cast.lan)
        push(held, cast.lan)
        for process in ("worker", "dialer"):
            with as_role(process):
                trace = recording.record(
                    by=cast.lan.actor(process) if process == "worker" else _dialer(cast),
                    action="x",
                    purpose="preference.push",
                    fields=FIELDS,
                    city_id=held.city_id,
                    member_ids=[held.member_id],
                    now=casting.now(),
                )
                with pytest.raises(asking.KeeperDenied) as denied:
                    asking.pushed(trace)
                assert denied.value.reason == "process_may_not_open"


def _dialer(cast: Cast) -> Any:
    from dataclasses import replace

    from hongxian.kernel.actor import Actor
    from hongxian.kernel.permissions import Role

    return replace(Actor(staff_id=cast.lan.staff_id, role=Role.CONSULTANT), process="dialer")


@pytest.mark.usefixtures("desk")
class TestTheEnd:
    """When the member leaves the consultant's hand, everything pushed to them ends and is destroyed, for good."""

    def ended(self, held: Someone) -> None:
        assert casting.rows("SELECT count(*) FROM vault_pushed WHERE member_id = %(id)s", id=held.member_id) == [(0,)]
        grounds = casting.rows("SELECT count(*) FROM vault_ground WHERE member_id = %(id)s AND kind = 'push'", id=held.member_id)
        assert grounds == [(0,)]

    def test_with_a_release(self, cast: Cast, held: Someone) -> None:
        push(held, cast.lan)
        releasing.release(
            by=cast.lan.actor(), city_id=held.city_id, member_ids=[held.member_id], reason="no_match", now=casting.now()
        )
        self.ended(held)

    def test_and_does_not_come_back_with_the_next_claim(self, cast: Cast, held: Someone) -> None:
        push(held, cast.lan, text="以前的")
        releasing.release(
            by=cast.lan.actor(), city_id=held.city_id, member_ids=[held.member_id], reason="no_match", now=casting.now()
        )
        casting.run("DELETE FROM pools_entry WHERE member_id = %(id)s", id=held.member_id)
        cast.hold(held, cast.lan)
        push(held, cast.lan, text="现在的")
        assert ["现在的" in text for _, text in look(held, cast.lan)] == [True]

    def test_with_a_reassignment(self, cast: Cast, held: Someone) -> None:
        push(held, cast.lan)
        casting.run(
            "INSERT INTO pools_hand (city_id, staff_id, held, cap) VALUES (%(city)s, %(staff)s, 0, 200)", city=held.city_id, staff=cast.mei.staff_id
        )  # fmt: skip
        reassigning.reassign(by=cast.chen.actor(), member_ids=[held.member_id], to_staff_id=cast.mei.staff_id, now=casting.now())
        self.ended(held)

    def test_with_a_refusal(self, cast: Cast, held: Someone) -> None:
        push(held, cast.lan)
        removing.remove(by=cast.lan.actor(), city_id=held.city_id, member_id=held.member_id, reason="refused", now=casting.now())
        self.ended(held)

    def test_of_one_leaves_what_others_pushed(self, cast: Cast, held: Someone) -> None:
        other = cast.member(held_by=cast.lan)
        push(held, cast.lan)
        push(other, cast.lan)
        releasing.release(
            by=cast.lan.actor(), city_id=held.city_id, member_ids=[held.member_id], reason="no_match", now=casting.now()
        )
        self.ended(held)
        assert len(look(other, cast.lan)) == 1


class TestErasure:
    def test_leaves_nothing(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        push(someone, cast.lan)
        shredding.shred(city_id=someone.city_id, member_id=someone.member_id)
        assert casting.rows("SELECT 1 FROM vault_pushed WHERE member_id = %(id)s", id=someone.member_id) == []
