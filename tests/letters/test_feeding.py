"""What may come in through the feed, and that one thing that does not belong stops the whole batch."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hongxian.letters import feeding

NOW = datetime(2026, 6, 10, 4, 0, tzinfo=UTC)
AT = "2026-06-09T20:00:00+08:00"
NUMBER = "+8613800138000"


def viewed(**more: Any) -> dict[str, Any]:
    return {"other": "u-17", "at": AT, "birth_year": 1993, "height_cm": 172, "education": "bachelor", "district": "静安区"} | more


def sent(**more: Any) -> dict[str, Any]:
    return {"other": "u-17", "at": AT, "text": "你好"} | more


def batch(**more: Any) -> dict[str, Any]:
    return {"batch": str(uuid4()), "members": [{"number": NUMBER, "viewed": [viewed()], "sent": [sent()]}]} | more


def read(raw: object) -> feeding.BatchIn:
    return feeding.read(json.dumps(raw).encode(), now=NOW)


def why(raw: object) -> tuple[str, str]:
    with pytest.raises(feeding.BadBatch) as refused:
        read(raw)
    return refused.value.why, refused.value.at


def member(**more: Any) -> dict[str, Any]:
    return batch(members=[{"number": NUMBER} | more])


# A busy machine is no fault.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


class TestRead:
    def test_takes_what_members_did_and_makes_others_coarse(self) -> None:
        (only,) = read(batch(opted_out=["u-3"])).members
        assert only.viewed[0].birth_from == 1990
        assert only.viewed[0].height_from == 170
        assert only.sent[0].text == "你好"
        assert not hasattr(only.viewed[0], "birth_year")

    @pytest.mark.parametrize(
        ("raw", "expected"),
        [
            ([], ("no_object", "")),
            ({"members": []}, ("missing_field", "")),
            (batch(batch="x"), ("no_uuid", "batch")),
            (batch(more=1), ("unknown_field", "")),
            (batch(members={}), ("no_list", "members")),
            (batch(opted_out=[7]), ("no_text", "opted_out[0]")),
            (batch(opted_out=["a b"]), ("no_reference", "opted_out[0]")),
            (member(number="13800138000"), ("no_number", "members[0].number")),
            (member(name="x"), ("unknown_field", "members[0]")),
            (member(received=[]), ("words_of_others", "members[0]")),
            (member(inbox=[]), ("words_of_others", "members[0]")),
            (member(sent=[sent(**{"from": "u-9"})]), ("words_of_others", "members[0].sent[0]")),
            (member(sent=[sent(reply="x")]), ("words_of_others", "members[0].sent[0]")),
            (member(sent=[sent(text="")]), ("empty", "members[0].sent[0].text")),
            (member(sent=[sent(text="x" * 2001)]), ("too_long", "members[0].sent[0].text")),
            (member(sent=[sent(text="\ud800")]), ("bad_text", "members[0].sent[0].text")),
            (member(sent=[sent(at="yesterday")]), ("no_time", "members[0].sent[0].at")),
            (member(sent=[sent(at="2026-06-09T20:00:00")]), ("no_zone", "members[0].sent[0].at")),
            (member(sent=[sent(at="2026-07-09T20:00:00Z")]), ("time_out_of_range", "members[0].sent[0].at")),
            (member(sent=[sent(at="2020-07-09T20:00:00Z")]), ("time_out_of_range", "members[0].sent[0].at")),
            (member(viewed=[viewed(name="小美")]), ("unknown_field", "members[0].viewed[0]")),
            (member(viewed=[viewed(photo="x")]), ("unknown_field", "members[0].viewed[0]")),
            (member(viewed=[viewed(birth_year=True)]), ("no_such_number", "members[0].viewed[0].birth_year")),
            (member(viewed=[viewed(birth_year="1993")]), ("no_such_number", "members[0].viewed[0].birth_year")),
            (member(viewed=[viewed(height_cm=1_000)]), ("no_such_number", "members[0].viewed[0].height_cm")),
            (member(viewed=[viewed(education="genius")]), ("unknown_code", "members[0].viewed[0].education")),
            (member(viewed=[viewed()] * 2_001), ("too_many", "members[0].viewed")),
            (batch(members=[{"number": NUMBER, "viewed": [viewed()] * 1_001}] * 2), ("too_many", "members")),
            (batch(members=[{"number": NUMBER}] * 201), ("too_many", "members")),
        ],
    )
    def test_refuses(self, raw: object, expected: tuple[str, str]) -> None:
        assert why(raw) == expected

    @pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"NaN", b"[" * 100_000, b'{"batch": 1e999}'])
    def test_refuses_what_is_no_json_of_ours(self, body: bytes) -> None:
        with pytest.raises(feeding.BadBatch):
            feeding.read(body, now=NOW)

    @CALM
    @given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=9), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["batch", "members", "number", "sent", "viewed", "text", "x"]), inner, max_size=4), max_leaves=12))  # fmt: skip
    def test_never_fails_otherwise(self, raw: object) -> None:
        with suppress(feeding.BadBatch):
            assert isinstance(read(raw), feeding.BatchIn)

    def test_says_nothing_of_what_was_in_it(self) -> None:
        secret = "只有我知道的话"
        with pytest.raises(feeding.BadBatch) as refused:
            read(member(sent=[sent(text=secret, to=secret)]))
        assert secret not in f"{refused.value!r} {refused.value.args} {refused.value.at} {refused.value.why}"
        assert secret not in repr(read(member(sent=[sent(text=secret)])))

    @CALM
    @given(st.integers(1950, 2006), st.integers(140, 220))
    def test_keeps_nothing_finer_than_five(self, year: int, height: int) -> None:
        (only,) = read(member(viewed=[viewed(birth_year=year, height_cm=height)])).members
        born, tall = only.viewed[0].birth_from, only.viewed[0].height_from
        assert born is not None
        assert tall is not None
        assert born % 5 == tall % 5 == 0
        assert born <= year < born + 5
        assert tall <= height < tall + 5

    def test_time_has_its_zone(self) -> None:
        (only,) = read(member(sent=[sent()])).members
        assert only.sent[0].at - NOW < timedelta(0)
