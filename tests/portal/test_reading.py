"""The visitor's own sealed fields: the keeper opens them for the visit, traced, and for nobody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from hongxian.portal import door, own, reading, tracing
from hongxian.vault import asking
from tests import cast as casting
from tests.conftest import signed_in_as
from tests.visitors import open_visit

if TYPE_CHECKING:
    from tests.cast import Cast, Someone


def visit(someone: Someone, **options: float) -> door.Visit:
    found = door.visit_behind(open_visit(someone, **options))  # type: ignore[arg-type] # minutes only
    assert found is not None
    return found


@pytest.mark.usefixtures("portal")
class TestOwnFields:
    def test_are_all_that_is_sealed(self, cast: Cast) -> None:
        someone = cast.member()
        fields = reading.own_fields(visit=visit(someone), now=timezone.now())
        assert (fields["name"], fields["number"], fields["wechat"], fields["remark"]) == (
            *(someone.name, someone.number, someone.wechat, someone.remark),
        )

    @pytest.mark.parametrize("state", ["minor", "restricted"])
    def test_stay_open_to_whom_staff_may_not_see(self, cast: Cast, state: str) -> None:
        someone = cast.member(state=state)
        assert reading.own_fields(visit=visit(someone), now=timezone.now())["name"] == someone.name

    def test_of_somebody_who_has_died_stay_shut(self, cast: Cast) -> None:
        someone = cast.member(state="deceased")
        with pytest.raises(asking.KeeperDenied):
            reading.own_fields(visit=visit(someone), now=timezone.now())

    def test_leave_a_line_that_the_visitor_sees(self, cast: Cast) -> None:
        someone = cast.member()
        reading.own_fields(visit=visit(someone), fields=("alias",), now=timezone.now())
        [(action, _, _, outcome, _, _, fields)] = casting.traces(someone)
        assert (action, fields, outcome) == ("portal.read", ["alias"], "allowed")


@pytest.mark.usefixtures("portal")
class TestKeeper:
    def test_wants_the_token_of_this_member(self, cast: Cast) -> None:
        one, other = cast.member(), cast.member()
        token = open_visit(one)
        for wrong in ("", "x", open_visit(other), open_visit(one, scope="stop"), open_visit(one, minutes_ago=61)):
            with own.visiting(token):
                mine = door.visit_behind(token)
                trace = tracing.record(visit=mine, action="portal.read", purpose="rights", fields=["name"], now=timezone.now())
            with pytest.raises(asking.KeeperDenied):
                asking.reveal(trace, visit=wrong)

    def test_opens_for_no_purpose_of_staff(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        token = open_visit(someone)
        with own.visiting(token):
            mine = door.visit_behind(token)
            trace = tracing.record(
                visit=mine, action="portal.read", purpose="outreach.call", fields=["alias"], now=timezone.now()
            )
        with pytest.raises(asking.KeeperDenied):
            asking.reveal(trace, visit=token)

    def test_gives_no_codes_to_other_processes(self, cast: Cast) -> None:
        number = cast.member().number
        trace = tracing.record(visit=None, action="visit.code", purpose="rights.code", fields=["number"], now=timezone.now())
        for process in ("desk", "worker"):
            with signed_in_as(process), pytest.raises(asking.KeeperDenied):
                asking.send_code(trace=trace, number=number)
