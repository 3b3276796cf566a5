"""A connection to the database cut in the middle of what a page does: nothing half done, a clear page, a look tried again."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from hongxian.cli import checking, company
from hongxian.pools import claiming
from hongxian.pools.filtering import EVERYBODY
from tests.cast import Cast, now, rows
from tests.conftest import signed_in_as

if TYPE_CHECKING:
    from collections.abc import Iterator

WAITS = (
    "SELECT pid FROM pg_stat_activity WHERE usename LIKE '%%desk' AND wait_event_type = 'Lock' AND datname = current_database()"
    " AND application_name <> 'hongxian-setup'"
)


@pytest.fixture
def cast(company: None) -> Iterator[Cast]:
    made = Cast()
    made.member(pooled=True)
    with signed_in_as("desk"):
        claiming.claim_next(by=made.lan.actor(), pool_id=made.east_pool, n=1, filters=EVERYBODY, now=now())
        yield made


@contextmanager
def cut(lock: str, *, times: int, **values: Any) -> Iterator[list[int]]:
    """Holds a lock until a page of the desk has waited for it and been cut off so many times; then it is free."""
    done: list[int] = []
    ready = threading.Event()

    def work() -> None:
        with company.site().connect_as_admin(company.site().database) as admin:
            admin.execute("BEGIN")
            admin.execute(lock.encode(), values)
            ready.set()
            with company.site().connect_as_admin(company.site().database) as killer:
                deadline = time.monotonic() + 20
                while len(done) < times and time.monotonic() < deadline:
                    waiting: list[Any] = killer.execute(WAITS.encode()).fetchall()
                    for (pid,) in waiting:
                        killer.execute("SELECT pg_terminate_backend(%s, 2000)", [pid])
                        done.append(pid)
                    time.sleep(0.02)
            admin.execute("ROLLBACK")

    thread = threading.Thread(target=work)
    thread.start()
    assert ready.wait(10)
    try:
        yield done
    finally:
        thread.join()


def held(cast: Cast) -> int:
    [(member_id,)] = rows("SELECT member_id FROM pools_holding WHERE city_id = %(c)s", c=cast.city_id)
    return int(member_id)


def whole(cast: Cast) -> bool:
    return checking.check(now=now(), days=2, city_ids=frozenset({cast.city_id}), with_log=False) == []


def test_a_press_is_undone_as_a_whole_and_says_so(cast: Cast) -> None:
    browser, member_id = cast.lan.browser(raise_request_exception=False), held(cast)
    page = f"/desk/member/{cast.city_id}/{member_id}/release/"
    with cut("SELECT FROM pools_hand WHERE city_id = %(c)s FOR UPDATE", times=1, c=cast.city_id) as cuts:
        answer = browser.post(page, {"reason": "not_now"})
    assert len(cuts) == 1
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "先看看结果" in answer.content.decode()
    assert held(cast) == member_id
    assert whole(cast)
    assert browser.post(page, {"reason": "not_now"}).status_code == 302
    assert rows("SELECT 1 FROM pools_holding WHERE city_id = %(c)s", c=cast.city_id) == []
    assert whole(cast)


def test_a_look_is_tried_once_more(cast: Cast) -> None:
    browser = cast.lan.browser(raise_request_exception=False)
    with cut("LOCK TABLE pools_holding IN ACCESS EXCLUSIVE MODE", times=1) as cuts:
        answer = browser.get("/desk/list/")
    assert (len(cuts), answer.status_code) == (1, 200)


def test_and_not_twice(cast: Cast) -> None:
    browser = cast.lan.browser(raise_request_exception=False)
    with cut("LOCK TABLE pools_holding IN ACCESS EXCLUSIVE MODE", times=2) as cuts:
        answer = browser.get("/desk/list/")
    assert (len(cuts), answer.status_code) == (2, 503)
