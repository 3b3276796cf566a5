"""Two workers at once, and one that is killed in the middle: a group gets each hour's digest once, or not at all."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from hongxian.cli import processes
from hongxian.kernel.clock import COMPANY_ZONE
from hongxian.reports import channels
from tests.cast import Cast
from tests.conftest import signed_in_as
from tests.owner import now, rows
from tests.reports import robots as standing

if TYPE_CHECKING:
    from collections.abc import Iterator

# A worker of its own, for one city, at one minute past some hour of work; as `reactions.send_digests` does it.
WORKER = """
import sys
from datetime import datetime
import django
django.setup()
from hongxian.kernel.actor import Actor
from hongxian.reports import digests
city, now = int(sys.argv[1]), datetime.fromisoformat(sys.argv[2])
by = Actor.system("digest", city_id=city)
print("ready", flush=True)
sys.stdin.readline()
digests.prepare(by=by, city_id=city, now=now)
tries = 0
while digests.send_next(by=by, city_id=city, now=now):
    tries += 1
print(tries)
"""


@pytest.fixture
def stand_in() -> Iterator[standing.Robots]:
    found, server = standing.started()
    yield found
    server.shutdown()
    server.server_close()


def worker(cast: Cast, stand_in: standing.Robots, at: datetime) -> subprocess.Popen[str]:
    started = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(cast.city_id), at.isoformat()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=processes.environment(
            "worker", {"HONGXIAN_DIGEST_STAND_IN": stand_in.address, "DJANGO_SETTINGS_MODULE": "hongxian.config.settings"}
        ),
    )
    assert started.stdout is not None
    assert started.stdout.readline() == "ready\n"
    return started


def released(workers: list[subprocess.Popen[str]]) -> None:
    for each in workers:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()


def tries(started: subprocess.Popen[str]) -> int:
    said, _ = started.communicate(timeout=60)
    assert started.returncode == 0
    return int(said)


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


@pytest.mark.usefixtures("company")
class TestTwoWorkers:
    def test_send_each_digest_once_between_them(self, stand_in: standing.Robots) -> None:
        cast = Cast()
        set_up(cast, 3)
        stand_in.wait = 0.3  # long enough for both to be in the middle of one
        workers = [worker(cast, stand_in, noon()) for _ in range(3)]
        released(workers)
        assert sum(tries(each) for each in workers) == 3
        assert len(stand_in.got) == 3
        assert rows("SELECT DISTINCT state, tries FROM reports_digest WHERE city_id = %(c)s", c=cast.city_id) == [("sent", 1)]

    def test_one_killed_mid_send_is_not_made_up_for_by_the_other(self, stand_in: standing.Robots) -> None:
        cast = Cast()
        set_up(cast, 1)
        stand_in.falter, stand_in.wait = ["hang"], 2.0
        first = worker(cast, stand_in, noon())
        released([first])
        for _ in range(200):
            if stand_in.got:
                break
            time.sleep(0.05)
        first.send_signal(signal.SIGKILL)
        first.communicate(timeout=10)
        assert len(stand_in.got) == 1, "it had arrived when its sender died"
        for minutes in (0, 1, 10, 40):  # at once, and long after it counts as an orphan
            second = worker(cast, stand_in, noon() + timedelta(minutes=minutes))
            released([second])
            assert tries(second) == 0
        assert len(stand_in.got) == 1
        assert rows("SELECT state, code FROM reports_digest WHERE city_id = %(c)s", c=cast.city_id) == [("unknown", "died")]
        later = worker(cast, stand_in, noon() + timedelta(hours=1))
        released([later])
        assert tries(later) == 1, "the next hour is another one"
