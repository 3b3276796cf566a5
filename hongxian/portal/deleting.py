"""
Deleting everything (删除): one press of the person's own, final.

The portal's role can erase nothing. Its transaction sets the record aside, so that staff see nothing from the commit on, and
asks the worker, which erases within a second (rights/erasing.py). Should the worker be away, the record stays set aside and
the request waits for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from hongxian import reactions
from hongxian.kernel.refusal import Refusal
from hongxian.kernel.sql import Command, Statement
from hongxian.portal import entering, own, stopping, tracing
from hongxian.rights import requesting

if TYPE_CHECKING:
    from datetime import datetime

    from hongxian.portal.door import Visit


class NotYours(Refusal):
    """There is no record, or its person has died: kin ask, and the privacy office decides."""

    code = "portal.nothing_to_delete"
    message = _("这里没有可以由您直接删除的资料。近亲属请在“申请与投诉”里提出。")
    status = 409


@dataclass(frozen=True, slots=True)
class _Made:
    number: int


_new = Statement("portal", "new_deletion", _Made)
_event = Command("portal", "new_event")


def delete(*, visit: Visit, stop: bool, now: datetime) -> None:
    """
    Has everything about the visitor erased, and ends the visit. With `stop` the number also says no, for ever.

    :raises NotYours: see there.
    """
    if visit.city_id is None or visit.member_id is None or visit.state == "deceased":
        raise NotYours
    clock = requesting.clock_of(now)
    with own.visiting(visit.token):
        stopping.hold(visit)
        if stop:
            stopping.say_no(visit=visit, via="portal", now=now)
        stopping.set_aside("restricted")
        made = _new.one(city_id=visit.city_id, member_id=visit.member_id, due_on=clock.due_on, remind_on=clock.remind_on, now=now)
        if made is None:  # INSERT … RETURNING gives a row or raises
            raise RuntimeError
        _event.run(city_id=visit.city_id, thing="request", thing_id=made.number, what="opened", words_id=None, now=now)
        tracing.record(visit=visit, action="portal.delete", purpose="rights", fields=["resource_no"], now=now)
        reactions.erase_member.defer(city_id=visit.city_id, member_id=visit.member_id)
        entering.end(now=now)
