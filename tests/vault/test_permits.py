"""A number only against a permit, and a permit only once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from hongxian.vault import asking, permits
from tests import cast as casting
from tests.cast import Cast, Person, Someone
from tests.vault.test_revealing import at_once, denied, look

if TYPE_CHECKING:
    from datetime import datetime

pytestmark = pytest.mark.usefixtures("desk")


def permit(by: Person, member: Someone, *, purpose: str = "outreach.call", latest_at: datetime | None = None) -> int:
    return permits.issue(
        city_id=member.city_id,
        member_id=member.member_id,
        staff_id=by.staff_id,
        channel=purpose.removeprefix("outreach."),
        purpose=purpose,
        now=casting.now(),
        latest_at=latest_at or casting.now() + timedelta(seconds=60),
    )


def number(by: Person, *members: Someone, permit_id: int | None, **more: Any) -> Any:
    return look(by, *members, **({"fields": ("number",)} | more), permit_id=permit_id)


class TestPermit:
    def test_opens_one_number_once(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        permit_id = permit(cast.lan, member)
        opened = asking.reveal(number(cast.lan, member, permit_id=permit_id))
        assert opened == {member.member_id: {"number": member.number}}
        assert denied(number(cast.lan, member, permit_id=permit_id)) == "permit_used_late_or_foreign"

    def test_is_needed_for_a_number(self, cast: Cast) -> None:
        assert denied(number(cast.lan, cast.member(held_by=cast.lan), permit_id=None)) == "no_permit"

    def test_opens_nothing_beside_the_number(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        permit_id = permit(cast.lan, member)
        assert denied(number(cast.lan, member, permit_id=permit_id, fields=("number", "alias"))) == "no_permit"

    def test_opens_no_list(self, cast: Cast) -> None:
        members = cast.member(held_by=cast.lan), cast.member(held_by=cast.lan)
        assert denied(number(cast.lan, *members, permit_id=permit(cast.lan, members[0]))) == "no_permit"

    def test_runs_out(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        late = permit(cast.lan, member, latest_at=casting.now() - timedelta(seconds=1))
        assert denied(number(cast.lan, member, permit_id=late)) == "permit_used_late_or_foreign"

    def test_is_for_one_member_one_person_one_purpose(self, cast: Cast) -> None:
        mine, other = cast.member(held_by=cast.lan), cast.member(held_by=cast.lan)
        casting.ground(mine, cast.mei)
        for trace in (
            number(cast.lan, other, permit_id=permit(cast.lan, mine)),
            number(cast.mei, mine, permit_id=permit(cast.lan, mine)),
            number(cast.lan, mine, permit_id=permit(cast.lan, mine, purpose="outreach.sms")),
            number(cast.lan, mine, permit_id=2**60),
        ):
            assert denied(trace) == "permit_used_late_or_foreign"

    def test_does_not_stand_in_for_a_ground_or_a_consent(self, cast: Cast) -> None:
        free, unwilling = cast.member(pooled=True), cast.member(held_by=cast.lan, consents=())
        assert denied(number(cast.lan, free, permit_id=permit(cast.lan, free))) == "no_ground"
        assert denied(number(cast.lan, unwilling, permit_id=permit(cast.lan, unwilling))) == "no_consent"

    def test_is_worth_nothing_after_a_no(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        permit_id = permit(cast.lan, member)
        trace = number(cast.lan, member, permit_id=permit_id)
        casting.run("UPDATE members_member SET suppressed_at = now() WHERE id = %(id)s", id=member.member_id)
        assert denied(trace) == "no_ground"

    def test_gives_one_number_to_twenty_who_ask_at_once(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        permit_id = permit(cast.lan, member)
        asked = [number(cast.lan, member, permit_id=permit_id) for _ in range(20)]
        assert at_once(asked) == ["opened"] + ["permit_used_late_or_foreign"] * 19

    def test_stays_good_when_the_keeper_refused_for_another_reason(self, cast: Cast) -> None:
        member = cast.member(held_by=cast.lan)
        permit_id = permit(cast.lan, member)
        assert denied(number(cast.lan, member, permit_id=permit_id, fields=("number", "name"))) == "field_outside_purpose"
        assert asking.reveal(number(cast.lan, member, permit_id=permit_id))
