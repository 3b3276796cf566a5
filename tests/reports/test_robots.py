"""What is sent to a group's robot, in each one's own format and signature, and what its answers mean."""

from __future__ import annotations

import json
import socket
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from hongxian.cli import demo_groups
from hongxian.reports import robots
from hongxian.reports.robots import DINGTALK, FEISHU, WECOM, Robot
from tests.owner import now
from tests.reports import robots as standing

if TYPE_CHECKING:
    from collections.abc import Iterator


LINES = ["**这一小时** 通话 12", "**打扰** 拒绝退订 0"]
ROBOTS = {
    WECOM: Robot(WECOM, standing.WECOM),
    DINGTALK: Robot(DINGTALK, standing.DINGTALK, standing.DING_SECRET),
    FEISHU: Robot(FEISHU, standing.FEISHU, standing.FEISHU_SECRET),
}


@pytest.fixture
def stand_in(settings: Any) -> Iterator[standing.Robots]:
    found, server = standing.started()
    settings.DIGEST_STAND_IN = found.address
    yield found
    server.shutdown()
    server.server_close()


def told(robot: Robot, at: datetime | None = None) -> robots.Answer:
    return robots.send(robot, title="红线简报", lines=LINES, calm=True, now=at or now())


class TestSend:
    @pytest.mark.parametrize("kind", ROBOTS)
    def test_is_taken_in_each_ones_own_format(self, stand_in: standing.Robots, kind: str) -> None:
        assert told(ROBOTS[kind]) == robots.Answer(robots.SENT, "0")
        [(got, body)] = stand_in.got
        assert got == kind
        assert "通话 12" in json.dumps(body, ensure_ascii=False)

    @pytest.mark.parametrize(
        ("robot", "code"),
        [
            (Robot(WECOM, standing.WECOM[:-1] + "b"), "93000"),
            (Robot(DINGTALK, standing.DINGTALK[:-1] + "b", standing.DING_SECRET), "300005"),
            (Robot(DINGTALK, standing.DINGTALK, standing.DING_SECRET[:-1] + "0"), "310000"),
            (Robot(FEISHU, standing.FEISHU[:-1] + "c", standing.FEISHU_SECRET), "19001"),
            (Robot(FEISHU, standing.FEISHU, standing.FEISHU_SECRET + "0"), "19021"),
        ],
    )
    def test_to_a_wrong_key_or_with_a_wrong_secret_is_wrong(self, stand_in: standing.Robots, robot: Robot, code: str) -> None:
        assert told(robot) == robots.Answer(robots.WRONG, code)
        assert stand_in.got == []

    @pytest.mark.parametrize(("kind", "code"), [(DINGTALK, "310000"), (FEISHU, "19021")])
    def test_with_a_clock_that_is_off_by_hours_is_wrong(self, stand_in: standing.Robots, kind: str, code: str) -> None:
        assert told(ROBOTS[kind], datetime(2020, 1, 1, tzinfo=UTC)) == robots.Answer(robots.WRONG, code)
        assert stand_in.got == []

    @pytest.mark.parametrize("kind", ROBOTS)
    def test_to_who_is_busy_is_for_later(self, stand_in: standing.Robots, kind: str) -> None:
        stand_in.falter = ["busy", "503"]
        assert [told(ROBOTS[kind]).outcome for _ in range(3)] == [robots.AGAIN, robots.AGAIN, robots.SENT]
        assert len(stand_in.got) == 1

    def test_without_an_answer_may_have_arrived(self, stand_in: standing.Robots, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(robots, "PATIENCE", 0.3)
        stand_in.falter, stand_in.wait = ["hang", "502"], 0.6
        assert told(ROBOTS[WECOM]) == robots.Answer(robots.UNKNOWN, "no_answer")
        assert told(ROBOTS[WECOM]) == robots.Answer(robots.UNKNOWN, "502")

    def test_to_nobody_is_for_later(self, settings: Any) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            settings.DIGEST_STAND_IN = f"http://127.0.0.1:{free.getsockname()[1]}"
            assert told(ROBOTS[FEISHU]) == robots.Answer(robots.AGAIN, "not_there")

    def test_goes_to_no_other_address_whatever_the_table_says(self, stand_in: standing.Robots) -> None:
        assert told(Robot(WECOM, "https://example.com/cgi-bin/webhook/send?key=693a91f6-7aoc-4bc4")).outcome == robots.WRONG
        assert told(Robot(WECOM, standing.FEISHU)).outcome == robots.WRONG
        assert stand_in.got == []

    @pytest.mark.parametrize("kind", ROBOTS)
    def test_of_the_demo_goes_to_a_stand_in_or_nowhere(self, settings: Any, kind: str) -> None:
        robot = Robot(kind, robots.loopback(kind), ROBOTS[kind].secret)
        assert told(robot) == robots.Answer(robots.WRONG, "address")
        with demo_groups.Groups() as groups:
            settings.DIGEST_STAND_IN = groups.environment()["HONGXIAN_DIGEST_STAND_IN"]
            assert told(robot) == robots.Answer(robots.SENT, "0")
            assert told(ROBOTS[kind]) == robots.Answer(robots.SENT, "0")


class TestAddress:
    @pytest.mark.parametrize("address", [each.address for each in ROBOTS.values()])
    def test_of_the_three_is_known(self, address: str) -> None:
        assert robots.kind_of(address) in ROBOTS

    @pytest.mark.parametrize(
        "address",
        [
            "",
            standing.WECOM.replace("https", "http"),
            standing.WECOM.replace("qyapi.weixin.qq.com", "qyapi.weixin.qq.com.example.com"),
            standing.WECOM.replace("qyapi.weixin.qq.com", "qyapi.weixin.qq.com:8443"),
            standing.WECOM.replace("https://", "https://user@"),
            standing.WECOM.replace("qyapi.weixin.qq.com", "127.0.0.1"),
            standing.WECOM + "&next=https://example.com",
            standing.WECOM + "#x",
            standing.WECOM + "\n",
            " " + standing.WECOM,
            standing.WECOM.replace("/cgi-bin/webhook/send", "/cgi-bin/webhook/../user/get"),
            standing.FEISHU + "/../../../auth",
            standing.DINGTALK.replace("oapi", "api"),
            "https://qyapi。weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7aoc-4bc4-97a0",
            "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=６９３a91f6-7aoc-4bc4-97a0",
        ],
    )
    def test_of_anybody_else_is_not(self, address: str) -> None:
        assert robots.kind_of(address) is None


class TestSignature:
    def test_of_dingtalk_is_what_their_documents_compute(self) -> None:
        """By the steps of their documents, with openssl: printf 'stamp\\nsecret' | openssl dgst -sha256 -hmac secret -binary | base64."""
        assert robots.sign_dingtalk("SECtest", "1700000000000") == "aZLLrriXgn05YbwaGR7knYsLeJADjr9NwLaNNKpxh4g="

    def test_of_feishu_is_what_their_documents_compute(self) -> None:
        """printf '' | openssl dgst -sha256 -mac HMAC -macopt hexkey:(of 'stamp\\nsecret') -binary | base64."""
        assert robots.sign_feishu("test", "1700000000") == "eSJQnOl8XqPTMPHWz9e5IzeHS/tqoc68g2967ekIPmg="

    def test_stands_in_the_address_where_a_plus_would_be_a_space(self) -> None:
        for second in range(60):
            address, _ = robots.message(
                ROBOTS[DINGTALK], title="x", lines=["y"], calm=True, now=datetime(2026, 1, 1, 1, 1, second, tzinfo=UTC)
            )
            sign = address.split("&sign=")[1]
            assert not set(sign) & set("+/= ")
