"""Texts a second: queued, against the same statements bare; and sent through Kannel by the worker, against a bare client of it."""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from bench import _bare, _shape

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from bench._crowd import InHand

BATCH = 100


def main() -> int:
    made = _shape.parser("texts", __doc__, rows=100_000, rounds=3)
    made.add_argument("--texts", type=int, help="texts sent in a round, either way (2000; 200 with --quick)")
    made.add_argument("--seconds", type=float, default=1, help="length of a round of queueing (1)")
    asked = _shape.parse(made)
    asked.texts = asked.texts or (200 if asked.quick else 2_000)
    return _shape.run("texts", asked, _prepare)


@contextmanager
def _prepare(asked: argparse.Namespace) -> Iterator[_shape.Told]:
    from django.conf import settings

    from bench._crowd import in_hand
    from hongxian.cli import kannel

    with in_hand(rows=asked.rows, held=BATCH) as held, ExitStack() as stack:
        measures = [_queueing(held, asked)]
        more: dict[str, Any] = {"texts": asked.texts, "kannel": kannel.programs() is not None}
        if more["kannel"]:
            measures.append(_sending(stack, asked))
        else:
            print("Kannel is not installed: texts are queued, none is sent")
        settings.SMS_GATEWAY = "kannel"
        yield _shape.Told(measures, more)


def _queueing(held: InHand, asked: argparse.Namespace) -> _shape.Measure:
    from django.db import connection

    from hongxian.outreach import texting
    from tests.gateways.crowds import VARIABLES

    # A campaign's: whoever sends by hand has a budget a day. It is held up, so that nobody sends them while others are sent.
    campaign_id = held.crowd.campaign(state="paused")
    member_ids = [each.member_id for each in held.crowd.members]

    def queue() -> None:
        texting.queue(
            by=held.by, city_id=held.city_id, member_ids=member_ids, version_id=held.crowd.version_id, how="campaign",
            campaign_id=campaign_id, variables=VARIABLES, request_key=uuid4(), now=held.now(),
        )  # fmt: skip

    from django.conf import settings

    settings.SMS_GATEWAY = "kannel"
    statements = _bare.recorded(queue)
    line: Any = connection.connection

    def bare() -> None:
        _bare.replay(line, statements, request_key=uuid4(), now=held.now())

    def a_round(work: Any) -> float:
        rate = BATCH * _shape.per_second(work, asked.seconds)
        held.owner.execute("DELETE FROM outreach_message WHERE city_id = %s", (held.city_id,))
        return rate

    return _shape.Measure("queued", partial(a_round, queue), partial(a_round, bare), aim=0.7)


def _sending(stack: ExitStack, asked: argparse.Namespace) -> _shape.Measure:
    """A campaign through the company's own worker, and the same texts posted one after another over as many connections."""
    from django.conf import settings

    from bench import campaign
    from hongxian.cli import kannel, processes
    from tests.conftest import signed_in_as
    from tests.outreach.conftest import zone_at_noon

    box = stack.enter_context(kannel.Kannel(folder=settings.HOME.run / "kannel"))
    time.sleep(2)  # its boxes have found each other
    stack.enter_context(processes.running("worker", box.environment()))

    def product() -> float:
        with signed_in_as("worker"):
            return campaign.through(campaign.crowd(asked.texts, zone_at_noon()))

    return _shape.Measure("sent", product, lambda: campaign.bare(box, asked.texts), aim=0.7)


if __name__ == "__main__":
    sys.exit(main())
