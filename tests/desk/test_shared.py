"""The panel 会员分享给您的 on a member's page: for the consultant to whom it was pushed, and gone with the next look after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hongxian.letters.card import Card
from tests import cast as casting
from tests.letters.pushes import push, take_back

if TYPE_CHECKING:
    from tests.cast import Cast, Person, Someone

PANEL = "会员分享给您的"


def page(someone: Someone, by: Person) -> str:
    answer = by.browser().get(f"/desk/member/{someone.city_id}/{someone.member_id}/")
    return answer.content.decode() if answer.status_code == 200 else ""


class TestPanel:
    def test_shows_what_the_member_chose(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        push(someone, cast.lan, text="喜欢安静的人")
        push(someone, cast.lan, card=Card((1990,), (170,), ("master",), ("静安区",), "爱笑就好"))
        shown = page(someone, cast.lan)
        for words in (PANEL, "写给对方 A", "喜欢安静的人", "1990–1994", "170–174", "硕士", "静安区", "爱笑就好"):
            assert words in shown

    def test_is_not_there_where_nothing_was_pushed(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        assert PANEL not in page(someone, cast.lan)
        assert casting.traces(someone, action="member.shared") == []

    def test_leaves_a_trace_at_every_look(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        push(someone, cast.lan)
        page(someone, cast.lan)
        page(someone, cast.lan)
        found = casting.traces(someone, action="member.shared")
        expected = (
            "member.shared",
            "preference.push",
            "push",
            "allowed",
            "",
            cast.lan.staff_id,
            ["pushed_message", "preference_card"],
        )
        assert found == [expected, expected]

    def test_is_gone_with_the_next_look_after_it_was_taken_back(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        number = push(someone, cast.lan, text="喜欢安静的人")
        assert "喜欢安静的人" in page(someone, cast.lan)
        take_back(number)
        shown = page(someone, cast.lan)
        assert shown
        assert PANEL not in shown

    def test_is_shown_to_nobody_else(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        push(someone, cast.lan, text="喜欢安静的人")
        for name, person in cast.people.items():
            if name != "lan":
                assert "喜欢安静的人" not in page(someone, person)

    def test_what_the_member_wrote_is_only_text(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        push(someone, cast.lan, text="<script>alert(1)</script>")
        assert "<script>alert" not in page(someone, cast.lan)
