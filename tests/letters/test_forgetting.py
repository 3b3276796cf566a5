"""Letters go with the person, and when their time is over; what was pushed goes on its day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from hongxian import retention
from hongxian.kernel.actor import Actor
from hongxian.kernel.clock import day_of
from hongxian.letters import feeding, forgetting
from hongxian.rights import erasing
from tests import cast as casting
from tests.cast import Cast, Someone
from tests.letters.pushes import push, take_back

pytestmark = pytest.mark.usefixtures("home")


def put(someone: Someone, *, kept_until: date, ref: bytes = b"x") -> None:
    """A look and a letter, as the feed leaves them."""
    about: dict[str, Any] = {"city_id": someone.city_id, "member_id": someone.member_id, "other_ref": ref}
    casting.insert("letters_viewed", **about, at=casting.now(), education="", district="", kept_until=kept_until)
    casting.insert("letters_sent", **about, at=casting.now(), kek_id=1, wrapped=b"w", sealed=b"s", kept_until=kept_until)
    casting.run(
        "INSERT INTO letters_other (city_id, member_id, place, other_ref) VALUES (%(city_id)s, %(member_id)s, 1, %(other_ref)s) ON CONFLICT DO NOTHING",
        **about,
    )


def left(someone: Someone) -> list[int]:
    tables = ("letters_viewed", "letters_sent", "letters_other", "vault_pushed")
    query = "SELECT count(*) FROM {} WHERE city_id = %(city)s AND member_id = %(id)s"
    return [casting.rows(query.format(each), city=someone.city_id, id=someone.member_id)[0][0] for each in tables]


class TestForget:
    def test_takes_everything_of_one_member_and_nothing_of_another(self) -> None:
        cast = Cast()
        gone, stays = cast.member(), cast.member()
        for someone in (gone, stays):
            put(someone, kept_until=day_of(casting.now()))
        forgetting.forget(city_id=gone.city_id, member_id=gone.member_id)
        assert left(gone) == [0, 0, 0, 0]
        assert left(stays) == [1, 1, 1, 0]


class TestErasure:
    def test_leaves_no_letters_and_nothing_pushed(self) -> None:
        cast = Cast()
        someone = cast.member(held_by=cast.lan)
        put(someone, kept_until=day_of(casting.now()))
        push(someone, cast.lan)
        erasing.erase(
            by=Actor.system("erase", city_id=someone.city_id),
            city_id=someone.city_id,
            member_id=someone.member_id,
            now=casting.now(),
        )
        assert left(someone) == [0, 0, 0, 0]


class TestRetention:
    def test_of_letters_is_what_the_catalogue_says(self) -> None:
        today = date(2026, 6, 10)
        assert feeding.kept_until(today) == today + timedelta(days=730)

    def test_takes_letters_past_their_day(self) -> None:
        cast = Cast()
        someone, today = cast.member(), day_of(casting.now())
        put(someone, kept_until=today)
        put(someone, kept_until=today - timedelta(days=1))
        retention.sweep(now=casting.now())
        assert left(someone) == [1, 1, 1, 0]

    def test_takes_what_was_pushed_on_its_day_and_the_line_of_what_was_taken_back_later(self) -> None:
        cast = Cast()
        someone = cast.member(held_by=cast.lan)
        push(someone, cast.lan)
        push(someone, cast.lan, until=casting.now() - timedelta(minutes=1))
        take_back(push(someone, cast.lan))
        retention.sweep(now=casting.now())
        assert left(someone)[3] == 2
        later = casting.now() + timedelta(days=31)
        casting.run(
            "UPDATE vault_pushed SET until = pushed_at + interval '30 days' WHERE member_id = %(id)s", id=someone.member_id
        )
        retention.sweep(now=later)
        assert left(someone)[3] == 0
