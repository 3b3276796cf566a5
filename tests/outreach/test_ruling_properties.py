"""The rule, tried with everything at once: more against a contact never turns a no into a yes, and hours are the place's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hongxian.outreach import ruling
from hongxian.outreach.facts import Facts
from tests.outreach.rules import CITY, LIMITS, ME, OTHER, VERSION, ask, facts, reason

HOWS = (ruling.CALL, ruling.HAND, ruling.LIBRARY, ruling.CAMPAIGN, ruling.AUTOMATIC, ruling.PROBE)
ZONES = ("Asia/Shanghai", "Asia/Urumqi", "Asia/Kathmandu", "America/New_York", "Pacific/Auckland", "Europe/London", "")
NOW = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)

moments = st.integers(0, 3 * 365 * 24 * 60).map(lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))
asks = st.builds(ask, st.sampled_from(HOWS), promotion=st.booleans())


@st.composite
def any_facts(draw: st.DrawFn) -> Facts:
    """Mostly in order, so that a yes comes up often."""
    minutes = sorted(draw(st.lists(st.integers(0, 60 * 24 * 60), max_size=5)), reverse=True)
    lately = draw(st.sampled_from([0, 0, 1, 3, 4]))
    mostly = st.sampled_from([True] * 9 + [False])
    return facts(
        known=draw(mostly),
        state=draw(st.sampled_from(["live"] * 9 + ["minor", "erased"])),
        marked=not draw(mostly),
        said_no=not draw(mostly),
        contacts=draw(st.sampled_from([0, 0, 5, 23, 24])),
        timezone=draw(st.sampled_from(ZONES)),
        resting=not draw(mostly),
        grounds=draw(st.sampled_from([["claim"], ["contract"], ["claim", "contract"], [], ["case"]])),
        held=draw(mostly),
        contract=draw(st.booleans()),
        receipt_id=draw(st.sampled_from([5, 5, 5, None])),
        calls=[NOW - timedelta(minutes=each) for each in minutes],
        callers=draw(st.lists(st.sampled_from([ME, OTHER]), min_size=len(minutes), max_size=len(minutes))),
        texts=lately + draw(st.sampled_from([0, 0, 10, 20])),
        texts_lately=lately,
        assessed=draw(mostly),
        role=draw(st.sampled_from(["consultant"] * 6 + ["store_manager", ""])),
        active=draw(mostly),
        trained=draw(mostly),
        agreement_live=draw(mostly),
        paused=not draw(mostly),
        staff_city_id=draw(st.sampled_from([CITY, CITY, CITY, 0, 99])),
        by_hand=draw(st.sampled_from([0, 29, 30])),
        version_state=draw(st.sampled_from(["approved"] * 5 + ["retired"])),
        version_kind=draw(st.sampled_from(["service", "promotion"])),
        campaign_state=draw(st.sampled_from(["sending"] * 5 + ["paused"])),
        campaign_audience=draw(st.sampled_from(["library", "unheld"])),
        campaign_version_id=draw(st.sampled_from([VERSION] * 5 + [1])),
        campaign_reaches=draw(mostly),
    )


WORSE: dict[str, Any] = {
    "a refusal on the list": lambda f: {"said_no": True},
    "a mark": lambda f: {"marked": True},
    "a withdrawal": lambda f: {"receipt_id": None},
    "a rest": lambda f: {"resting": True},
    "a state": lambda f: {"state": "restricted"},
    "a release": lambda f: {"grounds": []},
    "a pause": lambda f: {"paused": True},
    "leaving": lambda f: {"active": False},
    "lapsed training": lambda f: {"trained": False},
    "an agreement's end": lambda f: {"agreement_live": False},
    "an assessment's end": lambda f: {"assessed": False, "fields": [], "roles": []},
    "a retired template": lambda f: {"version_state": "retired"},
    "a stopped campaign": lambda f: {"campaign_state": "stopped"},
    "a contract's end": lambda f: {"contract": False, "grounds": [each for each in f.grounds if each != "contract"]},
    "a filed call": lambda f: {"contacts": f.contacts + 1},
    "a text": lambda f: {"texts": f.texts + 1, "texts_lately": f.texts_lately + 1},
    "a text by hand": lambda f: {"by_hand": f.by_hand + 1},
}


class TestMoreAgainstIt:
    @pytest.mark.parametrize("what", WORSE)
    @given(asked=asks, found=any_facts())
    @settings(max_examples=150, deadline=None)
    def test_never_turns_a_no_into_a_yes(self, what: str, asked: ruling.Ask, found: Facts) -> None:
        worse = replace(found, **WORSE[what](found))
        if reason(asked, found, at=NOW):
            assert reason(asked, worse, at=NOW)

    @given(asked=asks, found=any_facts(), minutes=st.integers(0, 60 * 24 * 40), by=st.sampled_from([ME, OTHER]))
    @settings(max_examples=400, deadline=None)
    def test_as_a_call_whenever_and_whosever(self, asked: ruling.Ask, found: Facts, minutes: int, by: int) -> None:
        calls = sorted([*zip(found.calls, found.callers, strict=True), (NOW - timedelta(minutes=minutes), by)])
        more = replace(found, calls=[at for at, _ in calls], callers=[whose for _, whose in calls])
        if reason(asked, found, at=NOW):
            assert reason(asked, more, at=NOW)

    @given(asked=asks, found=any_facts(), name=st.sampled_from(["per_member", "lifetime", "by_hand_a_day"]))
    @settings(max_examples=200, deadline=None)
    def test_as_a_lower_cap(self, asked: ruling.Ask, found: Facts, name: str) -> None:
        lower: dict[str, Any] = {"per_member": {}, "lifetime": 0, "by_hand_a_day": 0}
        if reason(asked, found, at=NOW):
            assert reason(asked, found, at=NOW, limits=replace(LIMITS, **{name: lower[name]}))


class TestYes:
    @given(asked=asks, found=any_facts(), at=moments)
    @settings(max_examples=600, deadline=None)
    def test_has_all_that_it_needs(self, asked: ruling.Ask, found: Facts, at: datetime) -> None:
        """Said again in other words than the rule's."""
        if reason(asked, found, at=at):
            return
        assert [found.marked, found.said_no, found.resting] == [False] * 3
        assert (found.known, found.state) == (True, "live")
        assert found.receipt_id is not None
        assert 9 <= at.astimezone(ZoneInfo(found.timezone)).hour < 21
        assert found.contract or found.contacts + found.texts < LIMITS.lifetime
        if asked.channel == "sms":
            assert found.texts_lately < 4
        if asked.how == ruling.PROBE:
            return
        assert found.role
        assert all((found.active, found.trained, found.agreement_live))
        assert not found.paused or asked.how in ruling.BY_SYSTEM
        if asked.how in ruling.BY_HAND:
            assert found.by_hand < 30
        if asked.how != ruling.CAMPAIGN:
            assert set(found.grounds) & {"claim", "contract"}
        else:
            assert found.campaign_state == "sending"
            assert found.campaign_audience == "library" or not found.held

    @given(found=any_facts(), at=moments)
    @settings(max_examples=100, deadline=None)
    def test_for_a_text_by_the_system_is_never_for_less_than_for_the_probe(self, found: Facts, at: datetime) -> None:
        if not reason(ask(ruling.AUTOMATIC), found, at=at):
            assert not reason(ask(ruling.PROBE, channel="sms", purpose="outreach.sms", version_id=None), found, at=at)


class TestHours:
    @pytest.mark.parametrize("how", HOWS)
    @pytest.mark.parametrize("zone", [each for each in ZONES if each])
    @pytest.mark.parametrize(("clock", "open_"), [("08:59", False), ("09:00", True), ("20:59", True), ("21:00", False)])
    @given(day=st.dates(date(2025, 1, 1), date(2027, 12, 31)), second=st.integers(0, 59))
    @settings(max_examples=20, deadline=None)
    def test_are_those_of_the_place(self, how: str, zone: str, clock: str, open_: bool, day: Any, second: int) -> None:  # noqa: FBT001 - a column of the table
        hour, minute = map(int, clock.split(":"))
        at = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        kind: dict[str, Any] = {"version_id": None} if how == ruling.PROBE else {}
        assert reason(ask(how, **kind), facts(timezone=zone), at=at) == ("" if open_ else "hours")

    @given(at=moments, zone=st.sampled_from([each for each in ZONES if each]))
    @settings(max_examples=300, deadline=None)
    def test_end_when_they_say(self, at: datetime, zone: str) -> None:
        """What is allowed now is allowed until then, and no longer."""
        closes = ruling.closes_at(zone, at, LIMITS)
        if closes is None:
            assert not 9 <= at.astimezone(ZoneInfo(zone)).hour < 21
            return
        assert at < closes <= at + timedelta(hours=12)
        assert ruling.closes_at(zone, closes - timedelta(seconds=1), LIMITS) == closes
        assert ruling.closes_at(zone, closes, LIMITS) is None
