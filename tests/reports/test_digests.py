"""The hourly digest: what it says, when it goes again, and that it never goes twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from hongxian.kernel.actor import Actor
from hongxian.kernel.clock import COMPANY_ZONE, start_of
from hongxian.reports import channels, digests, robots
from tests.cast import Cast
from tests.conftest import signed_in_as
from tests.owner import now, rows, run
from tests.reports import robots as standing
from tests.reports.conftest import complained, worked

if TYPE_CHECKING:
    from collections.abc import Iterator

NOON = datetime.combine(now().astimezone(COMPANY_ZONE).date(), datetime.min.time(), COMPANY_ZONE) + timedelta(hours=12, minutes=1)


ADDRESSES = {
    robots.WECOM: (standing.WECOM, ""),
    robots.DINGTALK: (standing.DINGTALK, standing.DING_SECRET),
    robots.FEISHU: (standing.FEISHU, standing.FEISHU_SECRET),
}


class Group:
    """A robot that answers as it is told and keeps what it took."""

    def __init__(self, *answers: robots.Answer) -> None:
        self.answers, self.got = list(answers), list[dict[str, Any]]()

    def __call__(self, robot: robots.Robot, **message: Any) -> robots.Answer:
        answer = self.answers.pop(0) if self.answers else robots.Answer(robots.SENT, "0")
        if answer.outcome in {robots.SENT, robots.UNKNOWN}:
            self.got.append(message | {"robot": robot})
        return answer


@pytest.fixture
def cast(company: None) -> Iterator[Cast]:
    people = Cast()
    with signed_in_as("desk"):
        channels.add(
            by=people.zheng.actor(),
            store_id=None,
            team_id=people.team,
            address=standing.FEISHU,
            secret=standing.FEISHU_SECRET,
            why="x",
            now=NOON,
        )
    with signed_in_as("worker"):
        yield people


def go(cast: Cast, group: Group, at: datetime = NOON) -> int:
    """One turn of the worker's; how many tries."""
    by = Actor.system("digest", city_id=cast.city_id)
    digests.prepare(by=by, city_id=cast.city_id, now=at)
    tries = 0
    while digests.send_next(by=by, city_id=cast.city_id, now=at, send=group):
        tries += 1
    return tries


def kept(cast: Cast) -> list[tuple[Any, ...]]:
    return rows("SELECT state, tries, code FROM reports_digest WHERE city_id = %(c)s ORDER BY hour", c=cast.city_id)


class TestDigest:
    def test_tells_a_team_its_hour_and_day_in_counts_alone(self, cast: Cast) -> None:
        worked(
            cast, cast.lan, at=NOON - timedelta(hours=1), team_id=cast.team, calls=12, connects=5, visits=1, refusals=2, rests=1
        )
        worked(cast, cast.mei, at=NOON, team_id=cast.team, calls=30)
        worked(cast, cast.liu, at=NOON - timedelta(hours=1), team_id=cast.other_team, calls=77)
        complained(cast, at=NOON - timedelta(minutes=30), alias="lan老师")
        group = Group()
        assert go(cast, group) == 1
        [got] = group.got
        text = "\n".join(got["lines"])
        assert got["title"] == f"红线简报 门店 {cast.code}E 一组 11:00–12:00"
        assert "**这一小时** 通话 12，接通 5" in text
        assert "**打扰** 拒绝退订 2，投诉 1" in text
        assert "**今天** 认领 0，通话 42" in text
        assert "每百次联系打扰 7.1" in text
        assert not got["calm"]
        for name in ("lan", "mei", "77"):
            assert name not in text
        assert got["robot"] == robots.Robot("feishu", standing.FEISHU, standing.FEISHU_SECRET)

    def test_of_a_store_has_its_teams(self, cast: Cast) -> None:
        with signed_in_as("desk"):
            channels.add(by=cast.zheng.actor(), store_id=None, team_id=None, address=standing.WECOM, secret="", why="x", now=NOON)
        worked(cast, cast.liu, at=NOON - timedelta(hours=1), team_id=cast.other_team, calls=7)
        group = Group()
        assert go(cast, group) == 2
        whole = next(each for each in group.got if each["robot"].kind == "wecom")
        assert any(line.startswith("二组：通话 7") for line in whole["lines"])

    def test_is_sent_once_an_hour_however_often_the_worker_looks(self, cast: Cast) -> None:
        group = Group()
        assert [go(cast, group, NOON + timedelta(minutes=each)) for each in range(0, 59, 7)] == [1, *([0] * 8)]
        assert go(cast, group, NOON + timedelta(hours=1)) == 1
        assert len(group.got) == 2
        assert kept(cast) == [("sent", 1, "0"), ("sent", 1, "0")]

    def test_is_tried_again_later_and_later_when_the_robot_took_nothing(self, cast: Cast) -> None:
        busy = robots.Answer(robots.AGAIN, "11232")
        group = Group(busy, busy, busy)
        tried = [minute for minute in range(40) if go(cast, group, NOON + timedelta(minutes=minute))]
        assert tried == [0, 1, 3, 7]
        assert len(group.got) == 1
        assert kept(cast) == [("sent", 4, "0")]

    def test_fails_after_six_tries(self, cast: Cast) -> None:
        group = Group(*[robots.Answer(robots.AGAIN, "not_there")] * 9)
        tried = [minute for minute in range(59) if go(cast, group, NOON + timedelta(minutes=minute))]
        assert tried == [0, 1, 3, 7, 15, 31]
        assert kept(cast) == [("failed", 6, "not_there")]

    @pytest.mark.parametrize("outcome", [robots.UNKNOWN, robots.WRONG])
    def test_that_may_have_arrived_or_never_will_is_not_sent_again(self, cast: Cast, outcome: str) -> None:
        group = Group(robots.Answer(outcome, "x"))
        assert [go(cast, group, NOON + timedelta(minutes=each)) for each in (0, 5, 50)] == [1, 0, 0]
        assert kept(cast)[0][0] == {robots.UNKNOWN: "unknown", robots.WRONG: "failed"}[outcome]

    def test_of_an_hour_that_has_gone_by_is_missed(self, cast: Cast) -> None:
        group = Group(robots.Answer(robots.AGAIN, "503"))
        go(cast, group)
        assert go(cast, group, NOON + timedelta(hours=1)) == 1
        assert [state for state, *_ in kept(cast)] == ["missed", "sent"]
        assert len(group.got) == 1

    @pytest.mark.parametrize("kind", [robots.WECOM, robots.DINGTALK, robots.FEISHU])
    def test_waits_longer_each_time_for_a_robot_that_says_not_now_in_its_own_words(
        self, cast: Cast, settings: Any, kind: str
    ) -> None:
        """Over the wire: each one's own busy answer, and a gateway's 503 in between; it arrives once, at the fourth try."""
        stand_in, server = standing.started()
        settings.DIGEST_STAND_IN = stand_in.address
        address, secret = ADDRESSES[kind]
        with signed_in_as("desk"):
            channels.add(by=cast.zheng.actor(), store_id=None, team_id=None, address=address, secret=secret, why="x", now=NOON)
        run("UPDATE reports_channel SET active = (team_id = 0) WHERE city_id = %(c)s", c=cast.city_id)
        stand_in.falter, by = ["busy", "503", "busy"], Actor.system("digest", city_id=cast.city_id)
        tried = []
        for minute in range(59):
            at = NOON + timedelta(minutes=minute)
            stand_in.clock = at.timestamp
            digests.prepare(by=by, city_id=cast.city_id, now=at)
            if digests.send_next(by=by, city_id=cast.city_id, now=at):
                tried.append((minute, kept(cast)[0][0], kept(cast)[0][2]))
        server.shutdown()
        server.server_close()
        busy = str(standing.BUSY[kind].get("errcode", standing.BUSY[kind].get("code")))
        assert tried == [(0, "waiting", busy), (1, "waiting", "503"), (3, "waiting", busy), (7, "sent", "0")]
        assert [name for name, _body in stand_in.got] == [kind]

    def test_is_of_working_hours(self, cast: Cast) -> None:
        midnight, group = start_of(NOON.date()), Group()
        sent = [hour for hour in range(24) if go(cast, group, midnight + timedelta(hours=hour, minutes=1))]
        assert sent == list(range(10, 22))

    def test_is_of_no_store_without_agreement_and_no_channel_that_is_stopped(self, cast: Cast) -> None:
        run("UPDATE reports_channel SET active = false WHERE city_id = %(c)s", c=cast.city_id)
        assert go(cast, Group()) == 0
        run("UPDATE reports_channel SET active = true WHERE city_id = %(c)s", c=cast.city_id)
        cast.expire_agreement(cast.east)
        assert go(cast, Group()) == 0

    def test_stopped_after_it_was_put_down_is_not_sent(self, cast: Cast) -> None:
        digests.prepare(by=Actor.system("digest", city_id=cast.city_id), city_id=cast.city_id, now=NOON)
        run("UPDATE reports_channel SET active = false WHERE city_id = %(c)s", c=cast.city_id)
        group = Group()
        go(cast, group)
        assert group.got == []
        assert kept(cast) == [("failed", 1, "stopped")]

    def test_whose_address_was_exchanged_in_the_table_goes_nowhere(self, cast: Cast) -> None:
        with signed_in_as("desk"):
            channels.add(by=cast.xu.actor(), store_id=None, team_id=None, address=standing.WECOM, secret="", why="x", now=NOON)
        run(
            "UPDATE reports_channel SET sealed = (SELECT sealed FROM reports_channel WHERE city_id = %(c)s AND kind = 'wecom')"
            " WHERE city_id = %(c)s AND kind = 'feishu'",
            c=cast.city_id,
        )
        group = Group()
        go(cast, group)
        assert [each["robot"].kind for each in group.got] == ["wecom"]
        assert ("failed", 1, "sealed") in kept(cast)

    def test_is_forgotten_after_thirty_days(self, cast: Cast) -> None:
        go(cast, Group())
        go(cast, Group(), NOON + timedelta(days=31))
        assert len(kept(cast)) == 1
