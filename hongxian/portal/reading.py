"""The visitor's own sealed fields: a committed trace, then the keeper, which checks the visit itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hongxian.portal import own, tracing
from hongxian.vault import asking

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from hongxian.portal.door import Visit

# Everything sealed that a record can hold about its person.
EVERYTHING = ("alias", "name", "number", "wechat", "birth", "criteria", "remark", "note")


def own_fields(*, visit: Visit, fields: Sequence[str] = EVERYTHING, now: datetime) -> dict[str, Any]:
    """
    What is sealed about the visitor; blank fields are absent, `note` is a list of (envelope id, text).

    Call it outside a transaction.

    :raises vault.asking.KeeperAway: nothing is shown without the keeper.
    :raises vault.asking.KeeperDenied: the visit has ended, or the record's state allows no look.
    """
    if visit.member_id is None:
        return {}
    with own.visiting(visit.token):
        trace = tracing.record(visit=visit, action="portal.read", purpose="rights", fields=fields, now=now)
    return asking.reveal(trace, visit=visit.token)[visit.member_id]
