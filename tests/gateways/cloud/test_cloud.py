"""The cloud of virtual numbers: bind, call, see, unbind; refusals, lost answers, lost events."""

from __future__ import annotations

import time
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from hongxian.outreach.gateways.cloud import CloudCalls, cause_of
from hongxian.outreach.gateways.cloud_signed import Cloud, CloudAway, CloudSays
from tests.gateways.cloud.server import KEY, SECRET, CloudServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hongxian.outreach.gateways.calling import Event

NUMBER = "+8613800131234"


def clock() -> datetime:
    return datetime.now(UTC)


def until(what: Any) -> None:
    deadline = time.monotonic() + 10
    while not what():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.01)


class Desk:
    def __init__(self, server: CloudServer) -> None:
        self.server = server
        self.told: dict[str, list[Event]] = defaultdict(list)
        self.cloud = Cloud(url=server.url, key=KEY, secret=SECRET, clock=clock)
        self.gateway = CloudCalls(
            cloud=self.cloud, tell=lambda event: self.told[event.ref].append(event), clock=clock, every=0.05
        )

    def place(self, ref: str, number: str | None = NUMBER) -> str:
        @contextmanager
        def asked() -> Iterator[str | None]:
            yield number

        self.gateway.place(ref=ref, extension="+8613800130001", number=asked)
        return ref

    def kinds(self, ref: str) -> list[str]:
        return [event.kind for event in self.told[ref]]

    def cause(self, ref: str) -> str:
        until(lambda: "ended" in self.kinds(ref))
        return self.told[ref][-1].cause


@pytest.fixture
def desk() -> Iterator[Desk]:
    with CloudServer() as server:
        made = Desk(server)
        yield made
        made.gateway.close()


class TestCall:
    def test_binds_calls_and_unbinds(self, desk: Desk) -> None:
        ref = desk.place("7-1-1")
        desk.server.happens(ref, "a_ringing", "a_answered", "b_ringing")
        until(lambda: "member" in desk.kinds(ref))
        desk.server.happens(ref, "b_answered")
        until(lambda: "talking" in desk.kinds(ref))
        desk.server.releases(ref, "b", "hang_up")
        assert desk.cause(ref) == "member_hung_up"
        assert desk.kinds(ref) == ["asked", "consultant", "member", "talking", "ended"]
        assert desk.told[ref][0].gateway_ref == "c1"
        until(lambda: desk.server.unbound == ["b1"])

    def test_is_bound_for_these_two_and_no_address_says_whom(self, desk: Desk) -> None:
        ref = desk.place("7-1-2")
        assert desk.server.line(ref).binding_id in desk.server.bindings
        [binding] = desk.server.bindings.values()
        assert (binding["a"], binding["b"]) == ("+8613800130001", NUMBER)
        assert not [path for _, path in desk.server.requests if "138" in path]

    def test_is_not_bound_when_nobody_may_be_called_any_more(self, desk: Desk) -> None:
        assert desk.cause(desk.place("7-1-3", None)) == "denied"
        assert desk.server.requests == []

    @pytest.mark.parametrize(
        ("code", "cause"),
        [("B_NUMBER_INVALID", "invalid"), ("A_NUMBER_INVALID", "no_extension"), ("NO_NUMBER_LEFT", "gateway_error")],
    )
    def test_is_refused(self, desk: Desk, code: str, cause: str) -> None:
        desk.server.refuse = code
        assert desk.cause(desk.place("7-1-4")) == cause

    def test_is_placed_once_when_answers_are_lost(self, desk: Desk) -> None:
        desk.server.drop = 1
        ref = desk.place("7-1-5")
        desk.server.line(ref)
        until(lambda: "asked" in desk.kinds(ref))
        assert (len(desk.server.bindings), len(desk.server.lines)) == (1, 1)

    def test_ends_as_an_error_when_nothing_comes_back(self, desk: Desk) -> None:
        desk.server.drop = 2
        assert desk.cause(desk.place("7-1-6")) == "gateway_error"

    def test_is_ended_from_the_desk(self, desk: Desk) -> None:
        ref = desk.place("7-1-7")
        until(lambda: "asked" in desk.kinds(ref))
        desk.gateway.hang_up(ref=ref, cause="desk_hung_up")
        assert desk.cause(ref) == "desk_hung_up"
        assert desk.server.line(ref).released is not None

    def test_nine_ends_it(self, desk: Desk) -> None:
        ref = desk.place("7-1-8")
        desk.server.happens(ref, "a_ringing", "b_ringing", "b_answered", "b_digits", digits="19")
        assert desk.cause(ref) == "nine"
        assert desk.kinds(ref)[-2:] == ["nine", "ended"]
        assert desk.server.line(ref).released is not None

    def test_that_the_cloud_has_forgotten_is_over(self, desk: Desk) -> None:
        ref = desk.place("7-1-9")
        until(lambda: "asked" in desk.kinds(ref))
        desk.server.lines.clear()
        assert desk.cause(ref) == "gateway_error"

    def test_of_a_cloud_that_is_away_for_a_while_goes_on(self, desk: Desk) -> None:
        ref = desk.place("7-1-10")
        until(lambda: "asked" in desk.kinds(ref))
        desk.server.dead = True
        time.sleep(0.2)
        assert "ended" not in desk.kinds(ref)
        desk.server.dead = False
        desk.server.releases(ref, "b", "busy")
        assert desk.cause(ref) == "busy"

    def test_all_are_ended_with_the_dialer(self, desk: Desk) -> None:
        refs = [desk.place(f"7-2-{number}") for number in range(20)]
        until(lambda: all("asked" in desk.kinds(ref) for ref in refs))
        desk.gateway.close()
        assert {desk.cause(ref) for ref in refs} == {"dialer_stopped"}
        assert desk.server.bindings == {}


class TestSigning:
    def test_another_secret_is_refused(self, desk: Desk) -> None:
        with pytest.raises(CloudSays) as refused:
            replace(desk.cloud, secret="wrong").ask("POST", "/v1/bindings", {})
        assert refused.value.code == "SIGNATURE_INVALID"

    def test_what_is_no_answer_is_away(self, desk: Desk) -> None:
        with pytest.raises(CloudAway):
            replace(desk.cloud, url="http://127.0.0.1:9/x").ask("GET", "/v1/calls/c1")


@pytest.mark.parametrize(
    ("side", "reason", "cause"),
    [
        ("a", "hang_up", "consultant_hung_up"),
        ("b", "no_answer", "no_answer"),
        ("a", "busy", "consultant_no_answer"),
        ("x", "y", "gateway_error"),
    ],
)
def test_causes(side: str, reason: str, cause: str) -> None:
    assert cause_of(side, reason) == cause
