"""What a member sent on the dating site is opened for who wrote it, against a visit that runs, and for nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from hongxian.audit import recording
from hongxian.audit.recording import TraceRef
from hongxian.portal import door, own, tracing
from hongxian.vault import asking, own_words
from tests import cast as casting
from tests.conftest import signed_in_as
from tests.visitors import open_visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cast import Cast, Someone

WORDS = "只有我自己知道"


@pytest.fixture
def portal(company: None) -> Iterator[None]:
    with signed_in_as("portal"):
        yield


def write(someone: Someone, text: str = WORDS) -> int:
    [sealed] = own_words.seal(field=own_words.SENT, texts=[(someone.member_id, text)])
    number: int = casting.insert(
        "letters_sent",
        city_id=someone.city_id,
        member_id=someone.member_id,
        other_ref=b"x",
        at=casting.now(),
        kek_id=sealed.kek_id,
        wrapped=sealed.wrapped,
        sealed=sealed.sealed,
        kept_until=casting.now().date(),
    )
    return number


def trace(token: str, *, purpose: str = "letters", fields: tuple[str, ...] = ("own_sent",)) -> TraceRef:
    visit = door.visit_behind(token)
    with own.visiting(token):
        return tracing.record(visit=visit, action="letters.sent", purpose=purpose, fields=fields, now=casting.now())


def read(token: str, numbers: list[int], **about: Any) -> dict[int, str]:
    return asking.sent_texts(trace(token, **about), visit=token, numbers=numbers)


def reason(token: str, numbers: list[int], **about: Any) -> str:
    with pytest.raises(asking.KeeperDenied) as denied:
        read(token, numbers, **about)
    return denied.value.reason


@pytest.mark.usefixtures("portal")
class TestSent:
    def test_is_opened_for_who_wrote_it(self, cast: Cast) -> None:
        someone = cast.member()
        number = write(someone)
        assert read(open_visit(someone), [number]) == {number: WORDS}

    def test_of_others_is_left_out(self, cast: Cast) -> None:
        someone, other = cast.member(), cast.member()
        mine, theirs = write(someone), write(other)
        assert read(open_visit(someone), [mine, theirs]) == {mine: WORDS}

    def test_of_another_visit_is_denied(self, cast: Cast) -> None:
        """A trace about oneself, and the token of somebody else."""
        someone, other = cast.member(), cast.member()
        number = write(other)
        about_me = trace(open_visit(someone))
        with pytest.raises(asking.KeeperDenied) as denied:
            asking.sent_texts(about_me, visit=open_visit(other), numbers=[number])
        assert denied.value.reason == "no_visit"

    @pytest.mark.parametrize(
        ("about", "expected"),
        [
            ({"purpose": "rights"}, "field_outside_purpose"),
            ({"purpose": "preference.push"}, "field_outside_purpose"),
            ({"fields": ("own_viewed",)}, "field_outside_purpose"),
            ({"fields": ("own_sent", "name")}, "field_outside_purpose"),
            ({"fields": ()}, "field_outside_purpose"),
        ],
    )
    def test_against_another_trace_is_denied(self, cast: Cast, about: dict[str, Any], expected: str) -> None:
        someone = cast.member()
        assert reason(open_visit(someone), [write(someone)], **about) == expected

    def test_after_the_visit_has_ended_is_denied(self, cast: Cast) -> None:
        someone = cast.member()
        number, token = write(someone), open_visit(someone)
        about_me = trace(token)
        casting.run("UPDATE vault_visit SET ended_at = now() WHERE member_id = %(id)s", id=someone.member_id)
        with pytest.raises(asking.KeeperDenied) as denied:
            asking.sent_texts(about_me, visit=token, numbers=[number])
        assert denied.value.reason == "no_visit"

    @pytest.mark.parametrize("state", ["minor", "restricted", "deceased"])
    def test_is_opened_for_nobody_once_the_state_is_not_live(self, cast: Cast, state: str) -> None:
        someone = cast.member()
        number, token = write(someone), open_visit(someone)
        casting.run("UPDATE members_member SET state = %(state)s WHERE id = %(id)s", state=state, id=someone.member_id)
        try:
            assert read(token, [number]) == {}
        except asking.KeeperDenied as denied:
            assert denied.reason in {"no_visit", "field_outside_purpose"}  # noqa: PT017 - either is a no

    def test_more_than_a_hundred_at_once_are_not_opened(self, cast: Cast) -> None:
        someone = cast.member()
        number = write(someone)
        assert read(open_visit(someone), [*range(2**40, 2**40 + 100), number]) == {}

    @pytest.mark.parametrize("numbers", [["x"], [None], [2**80], "12"])
    def test_with_numbers_that_are_none_is_a_bad_request(self, cast: Cast, numbers: Any) -> None:
        someone = cast.member()
        token = open_visit(someone)
        try:
            assert asking.sent_texts(trace(token), visit=token, numbers=numbers) == {}
        except asking.KeeperDenied as denied:
            assert denied.reason == "bad_request"  # noqa: PT017 - either is a no


@pytest.mark.usefixtures("company")
class TestOthers:
    @pytest.mark.parametrize("process", ["desk", "worker"])
    def test_are_told_nothing(self, cast: Cast, process: str) -> None:
        someone = cast.member(held_by=cast.lan)
        number, token = write(someone), open_visit(someone)
        with signed_in_as(process):
            about = recording.record(
                by=cast.lan.actor(process),
                action="letters.sent",
                purpose="letters",
                ground="self",
                city_id=someone.city_id,
                member_ids=[someone.member_id],
                fields=["own_sent"],
                now=casting.now(),
            )
            with pytest.raises(asking.KeeperDenied) as denied:
                asking.sent_texts(about, visit=token, numbers=[number])
        assert denied.value.reason == "process_may_not_open"
