"""Who sets up which group's digest, and that its address is nobody's to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from hongxian.kernel.refusal import NotAllowed, NotFound
from hongxian.reports import channels
from tests.owner import now, rows
from tests.reports import robots as standing

if TYPE_CHECKING:
    from tests.cast import Cast, Person

FIELDS: dict[str, Any] = {
    "store_id": None,
    "team_id": None,
    "address": standing.FEISHU,
    "secret": standing.FEISHU_SECRET,
    "why": "组长群",
}


def add(person: Person, **other: Any) -> int:
    return channels.add(by=person.actor(), now=now(), **(FIELDS | other))


class TestAdding:
    def test_knows_whose_robot_it_is_by_its_address(self, cast: Cast) -> None:
        add(cast.zheng)
        add(cast.zheng, address=standing.WECOM, secret="", team_id=cast.team)
        add(cast.zheng, address=standing.DINGTALK, secret=standing.DING_SECRET, team_id=cast.other_team)
        found = channels.listing(by=cast.zheng.actor())
        assert [(each.kind, each.team_name, each.hint) for each in found] == [
            ("feishu", "", standing.FEISHU[-4:]),
            ("wecom", "一组", standing.WECOM[-4:]),
            ("dingtalk", "二组", standing.DINGTALK[-4:]),
        ]

    def test_leaves_no_address_and_no_secret_in_any_table(self, cast: Cast) -> None:
        number = add(cast.zheng)
        kept = rows("SELECT c::text FROM reports_channel c WHERE c.id = %(n)s", n=number)
        kept += rows("SELECT c::text FROM audit_change c WHERE c.thing = %(t)s", t=f"channel {number}")
        assert len(kept) == 2
        for (text,) in kept:
            assert "hook" not in text
            assert standing.FEISHU_SECRET not in text
            assert standing.FEISHU_SECRET.encode().hex() not in text
            assert standing.FEISHU[-20:].encode().hex() not in text

    def test_of_the_same_group_for_the_same_team_is_refused(self, cast: Cast) -> None:
        add(cast.zheng)
        with pytest.raises(channels.AlreadyThere):
            add(cast.zheng)
        channels.turn(
            by=cast.zheng.actor(),
            store_id=None,
            channel_id=channels.listing(by=cast.zheng.actor())[0].channel_id,
            active=False,
            why="x",
            now=now(),
        )
        with pytest.raises(channels.AlreadyThere):
            add(cast.zheng)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"address": "https://example.com/hook"},
            {"address": "http://127.0.0.1:8000/"},
            {"address": standing.WECOM, "secret": "x" * 20},
            {"secret": ""},
            {"secret": "two words"},
            {"address": standing.DINGTALK, "secret": "abc"},
            {"why": " "},
        ],
    )
    def test_of_anything_else_is_refused(self, cast: Cast, wrong: dict[str, Any]) -> None:
        with pytest.raises(channels.BadChannel):
            add(cast.zheng, **wrong)
        assert channels.listing(by=cast.zheng.actor()) == []

    def test_is_for_own_teams_of_the_own_store(self, cast: Cast) -> None:
        for wrong in ({"team_id": cast.west_team}, {"store_id": cast.west}, {"team_id": 2**40}):
            with pytest.raises(NotFound):
                add(cast.zheng, **wrong)
        add(cast.operations, store_id=cast.west, team_id=cast.west_team)
        assert len(channels.listing(by=cast.xu.actor())) == 1
        assert channels.listing(by=cast.zheng.actor()) == []
        with pytest.raises(NotFound):
            add(cast.operations)

    @pytest.mark.parametrize("name", ["lan", "chen", "auditor", "privacy_officer", "trainer"])
    def test_is_nobody_elses(self, cast: Cast, name: str) -> None:
        with pytest.raises(NotAllowed):
            add(cast.people[name])

    def test_is_nobodys_without_training_or_agreement(self, cast: Cast) -> None:
        cast.forget_training(cast.zheng)
        cast.expire_agreement(cast.west)
        for person in (cast.zheng, cast.xu):
            with pytest.raises(NotAllowed):
                add(person)


class TestTurning:
    def test_stops_and_resumes_with_a_reason_on_record(self, cast: Cast) -> None:
        number, by = add(cast.zheng), cast.zheng.actor()
        channels.turn(by=by, store_id=None, channel_id=number, active=False, why="换群", now=now())
        channels.turn(by=by, store_id=None, channel_id=number, active=False, why="换群", now=now())
        channels.turn(by=by, store_id=None, channel_id=number, active=True, why="换回来", now=now())
        found = rows(
            "SELECT before, after, why, staff_id FROM audit_change WHERE thing = %(t)s ORDER BY id", t=f"channel {number}"
        )
        assert [(before, after.get("active"), why) for before, after, why, _ in found] == [
            (None, True, "组长群"),
            ({"active": True}, False, "换群"),
            ({"active": False}, True, "换回来"),
        ]
        assert {who for *_, who in found} == {by.staff_id}

    def test_of_another_stores_channel_is_not_there(self, cast: Cast) -> None:
        number = add(cast.xu)
        with pytest.raises(NotFound):
            channels.turn(by=cast.zheng.actor(), store_id=None, channel_id=number, active=False, why="x", now=now())
