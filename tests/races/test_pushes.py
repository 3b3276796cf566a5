"""Taking back what was pushed, while consultants look: nothing is opened by an answer that comes after the commit."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction

from hongxian.audit import recording
from hongxian.cli import company as installation
from hongxian.consent import ordering
from hongxian.portal import door, pushing
from hongxian.vault import asking
from tests import cast as casting
from tests.cast import Cast
from tests.conftest import signed_in_as
from tests.letters.pushes import push
from tests.visitors import open_visit, portal_process

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hongxian.kernel.actor import Actor
    from hongxian.portal.door import Visit
    from tests.cast import Someone

ROUNDS, READERS = 40, 4
FIELDS = ("pushed_message", "preference_card")


@dataclass(frozen=True)
class Seen:
    """One look: when it began, and what it showed."""

    began: float
    texts: list[str]


def look(someone: Someone, by: Actor) -> list[str]:
    trace = recording.record(
        by=by, action="member.shared", purpose="preference.push", ground="push", city_id=someone.city_id, member_ids=[someone.member_id], fields=FIELDS, now=casting.now()
    )  # fmt: skip
    try:
        return [each.text for each in asking.pushed(trace)]
    except asking.KeeperDenied as denied:
        if denied.reason != "no_ground":
            raise
        return []


def actor_of(cast: Cast) -> Actor:
    """兰, as the desk would read her."""
    with signed_in_as("worker"):
        return cast.lan.actor("desk")


def visit_of(someone: Someone) -> Visit:
    visit = door.visit_behind(open_visit(someone))
    assert visit is not None
    return visit


@pytest.fixture
def cast(company: None) -> Cast:
    return Cast()


@pytest.fixture
def portal(company: None) -> Iterator[None]:
    with portal_process():
        yield


@pytest.mark.usefixtures("portal")
class TestRevoke:
    def test_at_random_moments_lets_nothing_out_after_its_commit(self, cast: Cast) -> None:
        someone = cast.member(held_by=cast.lan)
        by, visit = actor_of(cast), visit_of(someone)
        seen: list[Seen] = []
        ready, stop = threading.Barrier(READERS + 1), threading.Event()
        entering = threading.Lock()

        def read() -> None:
            with entering:  # the role of a process is set for the whole of this one
                role = signed_in_as("desk")
                role.__enter__()
                look(someone, by)
            ready.wait(60)
            while not stop.is_set():
                began = time.monotonic()
                seen.append(Seen(began, look(someone, by)))
            connection.close()

        late: list[Seen] = []
        shown = 0
        with ThreadPoolExecutor(READERS) as pool:
            readers = [pool.submit(read) for _ in range(READERS)]
            ready.wait(60)
            try:
                for round_no in range(ROUNDS):
                    word = f"第{round_no}次说的话"
                    number = push(someone, cast.lan, text=word)
                    time.sleep(random.uniform(0, 0.03))
                    pushing.revoke(visit=visit, numbers=[number], now=casting.now())
                    committed = time.monotonic()
                    time.sleep(0.02)
                    late += [each for each in list(seen) if each.began > committed and any(word in text for text in each.texts)]
                    shown += sum(any(word in text for text in each.texts) for each in list(seen))
            finally:
                stop.set()
            for reader in readers:
                reader.result(30)
        assert late == []
        assert shown > 0, "nobody looked while it was there: this has measured nothing"
        assert len(seen) > ROUNDS

    def test_waits_for_answers_that_are_under_way(self, cast: Cast) -> None:
        """An answer holds the member in common until it is out."""
        someone = cast.member(held_by=cast.lan)
        visit, number = visit_of(someone), push(someone, cast.lan)
        bucket = ordering.bucket_of(someone.city_id, someone.member_id)
        done = threading.Event()

        def take_back() -> None:
            with signed_in_as("portal"):
                pushing.revoke(visit=visit, numbers=[number], now=casting.now())
            done.set()

        with installation.site().connect("keeper") as answering, ThreadPoolExecutor(1) as pool:
            with answering.transaction():
                answering.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [ordering.SPACE, bucket])
                pressed = pool.submit(take_back)
                assert not done.wait(0.5)
            pressed.result(20)
        assert done.is_set()

    def test_that_is_under_way_is_waited_for(self, cast: Cast) -> None:
        """An answer that begins before the commit comes after it, and shows nothing."""
        someone = cast.member(held_by=cast.lan)
        by, number = actor_of(cast), push(someone, cast.lan)
        answers: list[list[str]] = []

        def read() -> None:
            with signed_in_as("desk"):
                answers.append(look(someone, by))

        with signed_in_as("worker"), ThreadPoolExecutor(1) as pool:
            with transaction.atomic():
                ordering.lock_member(city_id=someone.city_id, member_id=someone.member_id)
                looking = pool.submit(read)
                time.sleep(0.4)
                assert answers == []
                casting.run(
                    "UPDATE vault_pushed SET revoked_at = now(), wrapped = NULL, sealed = NULL WHERE id = %(id)s", id=number
                )
            looking.result(20)
        assert answers == [[]]


@pytest.mark.usefixtures("portal")
class TestRelease:
    def test_at_the_same_moment_leaves_nothing_pushed_behind(self, cast: Cast) -> None:
        """Either the push comes first, and goes with the holding, or it finds nobody there."""
        from hongxian.letters.card import Card
        from hongxian.pools import releasing

        outcomes: dict[str, int] = {"pushed": 0, "nobody": 0}
        for _round in range(12):
            someone = cast.member(held_by=cast.lan)
            visit, by = visit_of(someone), actor_of(cast)
            start = threading.Barrier(2)

            def give(visit: Visit = visit, start: threading.Barrier = start) -> Any:
                with signed_in_as("portal"):
                    start.wait(20)
                    try:
                        pushing.push_card(visit=visit, card=Card((1990,)), to=cast.lan.staff_id, days=7, now=casting.now())
                    except pushing.NobodyThere:
                        return "nobody"
                    return "pushed"

            def end(someone: Someone = someone, by: Actor = by, start: threading.Barrier = start) -> None:
                with signed_in_as("desk"):
                    start.wait(20)
                    time.sleep(random.uniform(0, 0.02))
                    releasing.release(
                        by=by, city_id=someone.city_id, member_ids=[someone.member_id], reason="no_match", now=casting.now()
                    )

            with ThreadPoolExecutor(2) as pool:
                gave, ended = pool.submit(give), pool.submit(end)
                outcomes[gave.result(30)] += 1
                ended.result(30)
            assert casting.rows("SELECT 1 FROM vault_pushed WHERE member_id = %(id)s", id=someone.member_id) == []
        assert sum(outcomes.values()) == 12
