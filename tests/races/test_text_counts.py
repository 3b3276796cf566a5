"""Counts of texts equal a recount of the texts, whenever the worker that sends them is killed."""

from __future__ import annotations

import os
import random
import signal
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest
from django.test import override_settings

from hongxian.cli import processes
from hongxian.kernel.clock import day_of
from hongxian.outreach import counting
from tests.cast import Cast, now, rows
from tests.gateways.conftest import until
from tests.gateways.crowds import Crowd
from tests.outreach.conftest import zone_at_noon

if TYPE_CHECKING:
    import subprocess

LOOPBACK = {"HONGXIAN_SMS_GATEWAY": "loopback"}
dice = random.SystemRandom()


def differences(cast: Cast) -> list[counting.Difference]:
    return counting.recount(city_id=cast.city_id, since=day_of(now()), until=day_of(now()))


def goes_on(crowd: Crowd, waiting: int) -> bool:
    return not waiting or crowd.states().get("waiting", 0) < waiting


def kill(worker: subprocess.Popen[bytes]) -> None:
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


@pytest.mark.timeout(200)
@pytest.mark.usefixtures("company")
def test_a_worker_killed_at_random_leaves_counts_that_equal_the_texts() -> None:
    cast = Cast(timezone=zone_at_noon())
    crowd = Crowd(cast, cast.lan)
    crowd.grow(1_500)
    crowd.campaign()
    with override_settings(SMS_GATEWAY="loopback"):
        crowd.queue()
    for _ in range(5):
        worker = processes.start("worker", LOOPBACK)
        until("some have left", partial(goes_on, crowd, crowd.states().get("waiting", 0)), seconds=40)
        time.sleep(dice.uniform(0, 0.4))
        kill(worker)
        assert differences(cast) == []
    worker = processes.start("worker", LOOPBACK)
    try:
        until("all gone out", lambda: not set(crowd.states()) & {"waiting", "handing"}, seconds=90)
    finally:
        processes.stop(worker)
    assert differences(cast) == []
    [(handed, delivered, unknown)] = rows(
        "SELECT sum(handed), sum(delivered), sum(unknown) FROM outreach_texttally WHERE city_id = %(c)s AND span = 'day'",
        c=cast.city_id,
    )
    states = crowd.states()
    assert handed == len(crowd.members) == sum(states.values())
    assert (delivered, unknown) == (states["delivered"], states.get("unknown", 0))
