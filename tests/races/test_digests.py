"""Two workers at once, and one that is killed in the middle: a group gets each hour's digest once, or not at all."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from hongxian.cli import processes
from hongxian.kernel.clock import COMPANY_ZONE
from hongxian.reports import channels, digests
from tests.cast import Cast
from tests.conftest import signed_in_as
from tests.owner import insert_bare, now, rows
from tests.reports import robots as standing

if TYPE_CHECKING:
    from collections.abc import Iterator

# A worker of its own, for one city; for each moment that it is told it takes one turn, as `reactions.send_digests` does.
WORKER = """
import sys
from datetime import datetime
import django
django.setup()
from hongxian.kernel.actor import Actor
from hongxian.reports import digests
city = int(sys.argv[1])
by = Actor.system("digest", city_id=city)
print("ready", flush=True)
for line in sys.stdin:
    now = datetime.fromisoformat(line.strip())
    digests.prepare(by=by, city_id=city, now=now)
    tries = 0
    while digests.send_next(by=by, city_id=city, now=now):
        tries += 1
    print(tries, flush=True)
"""


@pytest.fixture
def stand_in() -> Iterator[standing.Robots]:
    found, server = standing.started()
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def start(stand_in: standing.Robots) -> Iterator[Callable[[Cast, int], list[subprocess.Popen[str]]]]:
    """So many workers, ready; whoever still runs at the end is killed."""
    begun: list[subprocess.Popen[str]] = []

    def starting(cast: Cast, many: int) -> list[subprocess.Popen[str]]:
        started = [
            subprocess.Popen(
                [sys.executable, "-c", WORKER, str(cast.city_id)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=processes.environment(
                    "worker", {"HONGXIAN_DIGEST_STAND_IN": stand_in.address, "DJANGO_SETTINGS_MODULE": "hongxian.config.settings"}
                ),
            )
            for _ in range(many)
        ]
        begun.extend(started)
        assert [heard(each) for each in started] == ["ready"] * many
        return started

    yield starting
    for each in begun:
        each.kill()
        each.communicate(timeout=10)


def heard(worker: subprocess.Popen[str]) -> str:
    assert worker.stdout is not None
    return worker.stdout.readline().strip()


def tell(workers: list[subprocess.Popen[str]], at: datetime) -> None:
    for each in workers:
        assert each.stdin is not None
        each.stdin.write(f"{at.isoformat()}\n")
        each.stdin.flush()


def tries(worker: subprocess.Popen[str]) -> int:
    return int(heard(worker))


def until(stand_in: standing.Robots, many: int) -> bool:
    """Waits until so many have come in."""
    for _ in range(200):
        if len(stand_in.got) >= many:
            return True
        time.sleep(0.02)
    return False


def until_came(stand_in: standing.Robots, many: int) -> bool:
    """Waits until so many requests have come in, answered or not."""
    for _ in range(500):
        if len(stand_in.came) >= many:
            return True
        time.sleep(0.02)
    return False


def set_up(cast: Cast, teams: int) -> None:
    with signed_in_as("desk"):
        for team_id in (cast.team, cast.other_team, None)[:teams]:
            channels.add(
                by=cast.zheng.actor(), store_id=None, team_id=team_id, address=standing.WECOM, secret="", why="x", now=now()
            )


def noon() -> datetime:
    """WeCom's messages have no time in them, so any hour of work will do."""
    return datetime.combine(now().astimezone(COMPANY_ZONE).date(), datetime.min.time(), COMPANY_ZONE) + timedelta(
        hours=12, minutes=1
    )


Start = Callable[[Cast, int], list[subprocess.Popen[str]]]


@pytest.mark.usefixtures("company")
class TestTaking:
    def test_gives_each_digest_to_one_alone(self) -> None:
        cast, at, many, hands = Cast(), noon(), 60, 6
        hour = at.replace(minute=0) - timedelta(hours=1)
        for channel_id in range(many):
            insert_bare("reports_digest", city_id=cast.city_id, channel_id=channel_id, hour=hour, retry_at=at)
        together = threading.Barrier(hands)

        def take() -> None:
            with signed_in_as("worker"):
                together.wait()
                for _ in range(many // hands + 5):
                    digests._take.one(city_id=cast.city_id, hour=hour, now=at)

        with ThreadPoolExecutor(hands) as pool:
            for each in [pool.submit(take) for _ in range(hands)]:
                each.result()
        found = "SELECT tries, count(*) FROM reports_digest WHERE city_id = %(c)s GROUP BY tries"
        assert rows(found, c=cast.city_id) == [(1, many)]


@pytest.mark.usefixtures("company")
class TestTwoWorkers:
    def test_send_each_digest_once_between_them(self, stand_in: standing.Robots, start: Start) -> None:
        cast = Cast()
        set_up(cast, 3)
        stand_in.wait = 0.3  # long enough for all to be in the middle of one
        workers = start(cast, 3)
        tell(workers, noon())
        assert sum(tries(each) for each in workers) == 3
        assert len(stand_in.got) == 3
        assert rows("SELECT DISTINCT state, tries FROM reports_digest WHERE city_id = %(c)s", c=cast.city_id) == [("sent", 1)]

    def test_one_killed_mid_send_is_not_made_up_for_by_the_other(self, stand_in: standing.Robots, start: Start) -> None:
        cast = Cast()
        set_up(cast, 1)
        stand_in.falter, stand_in.wait = ["hang"], 2.0
        first, second = start(cast, 2)
        tell([first], noon())
        assert until(stand_in, 1), "it had arrived when its sender died"
        first.send_signal(signal.SIGKILL)
        for minutes in (0, 1, 10, 40):  # at once, and long after it counts as an orphan
            tell([second], noon() + timedelta(minutes=minutes))
            assert tries(second) == 0
        assert len(stand_in.got) == 1
        assert rows("SELECT state, code FROM reports_digest WHERE city_id = %(c)s", c=cast.city_id) == [("unknown", "died")]
        tell([second], noon() + timedelta(hours=1))
        assert tries(second) == 1, "the next hour is another one"

    def test_of_five_three_are_killed_between_send_and_record_and_no_group_hears_an_hour_twice(
        self, stand_in: standing.Robots, start: Start
    ) -> None:
        """Three hours of three channels, with robots that are busy now and then; at most once, and each is accounted for."""
        cast, killed = Cast(), 0
        set_up(cast, 3)
        workers = start(cast, 5)
        for hour in range(3):
            stand_in.wait, stand_in.falter = 0.4, ["", "busy", ""][hour:]
            before = len(stand_in.came)
            tell(workers, noon() + timedelta(hours=hour))
            assert until_came(stand_in, before + 1)
            workers.pop(hour % len(workers)).send_signal(signal.SIGKILL)  # most likely in the middle of one
            killed += 1
            for minutes in (1, 3, 8, 20):
                for each in workers:
                    tries(each)
                tell(workers, noon() + timedelta(hours=hour, minutes=minutes))
            for each in workers:
                tries(each)
        titles = [body["markdown"]["content"].splitlines()[0] for _kind, body in stand_in.got]
        assert len(titles) == len(set(titles)), "the same group has the same hour twice"
        states = Counter(state for (state,) in rows("SELECT state FROM reports_digest WHERE city_id = %(c)s", c=cast.city_id))
        assert set(states) <= {"sent", "unknown"}
        assert states["sent"] + states["unknown"] == 9
        assert states["sent"] <= len(titles) <= 9
        assert states["unknown"] <= killed
