"""
Texts of the system's own (codes): through the gateway that carries all texts, at most once each.

A text is emptied and marked before it is handed over. Who is killed in between has lost a code, and the person asks for
another; nobody gets one twice. Without a gateway a text is given up, and says so in its state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from hongxian.outreach.gateways import choosing, port
from hongxian.outreach.gateways.port import Outgoing
from hongxian.vault import texts

if TYPE_CHECKING:
    from datetime import datetime

STATES = frozenset({port.TAKEN, port.UNKNOWN})


def send_waiting(*, now: datetime) -> int:
    """Hands over what waits; how many texts left. May be repeated at any moment."""
    with transaction.atomic():
        waiting = texts.waiting()
        state = "sent" if choosing.standing().there else "no_gateway"
        for text in waiting:
            texts.end(text_id=text.id, state=state, now=now)
    gateway = choosing.text_gateway() if waiting else None
    if gateway is None:
        return 0
    try:
        results = gateway.hand_over([_outgoing(text) for text in waiting], now=now)
    finally:
        gateway.close()
    for text, result in zip(waiting, results, strict=True):
        if result.answer not in STATES:
            texts.end(text_id=text.id, state="not_taken", now=now)
    return sum(result.answer in STATES for result in results)


def _outgoing(text: texts.OwnText) -> Outgoing:
    return Outgoing(ref=None, number=text.number, text=text.words, number_hash=text.number_hash, code=text.code)
