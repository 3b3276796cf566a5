"""Templates, campaigns and queued texts for tests of the gate, written as the owner of the tables."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.db import transaction

from hongxian.outreach import gate
from tests import cast as casting

if TYPE_CHECKING:
    from datetime import datetime

    from tests.cast import Cast, Person, Someone

ALL = (*casting.CONTACT, "outreach.promotion")
_numbers = iter(range(10_000_000, 99_000_000))


def version(kind: str = "service", *, state: str = "approved") -> int:
    """A template of this kind with one version; the version's number."""
    template = casting.insert(
        "outreach_template", name=f"模板{secrets.token_hex(6)}", kind=kind, uses=["hand"], made_by=1, made_at=casting.now()
    )
    number: int = casting.insert(
        "outreach_version",
        template_id=template,
        number=1,
        body="您好",
        state=state,
        asked_by=1,
        asked_at=casting.now(),
        decided_by=None if state == "asked" else 2,
    )
    return number


def campaign(cast: Cast, version_id: int, *, state: str = "sending", audience: str = "unheld", west: bool = False) -> int:
    number: int = casting.insert(
        "outreach_campaign",
        city_id=cast.city_id,
        store_id=cast.west if west else cast.east,
        name="活动",
        audience=audience,
        filters="{}",
        version_id=version_id,
        state=state,
        asked_by=cast.chen.staff_id,
        asked_at=casting.now(),
        why="试",
        decided_by=None if state == "asked" else cast.zheng.staff_id,
    )
    return number


def pause(cast: Cast, who: Person, *, channel: str = "sms", **more: Any) -> int:
    about = {"city_id": cast.city_id, "staff_id": who.staff_id, "channel": channel, "reason": "rhythm", "seen": "{}"}
    number: int = casting.insert("outreach_pause", **about, **({"since": casting.now()} | more))
    return number


def text(member: Someone, by: Person, version_id: int, **changed: Any) -> gate.Text:
    """A queued text as the sender would hand it in; of itself, one by hand."""
    given = {"how": "hand", "purpose": "outreach.sms", "campaign_id": None} | changed
    return gate.Text(
        at=casting.now(), id=next(_numbers), member_id=member.member_id, staff_id=by.staff_id, version_id=version_id, **given
    )


def permit(cast: Cast, *texts: gate.Text, at: datetime | None = None) -> list[gate.Verdict]:
    with transaction.atomic():
        return gate.permit_texts(city_id=cast.city_id, messages=texts, now=at or casting.now())


def sent(member: Someone, by: Person, *days_ago: float, how: str = "campaign", channel: str = "sms", used: bool = True) -> None:
    """Permits of before."""
    casting.run(
        "INSERT INTO vault_permit (city_id, member_id, staff_id, channel, purpose, issued_at, latest_at, used_at, how)"
        " SELECT %(city)s, %(member)s, %(staff)s, %(channel)s, 'outreach.sms', at, at + interval '60 s', CASE WHEN %(used)s THEN at END, %(how)s"
        " FROM (SELECT now() - interval '1 day' * each AS at FROM unnest(%(days)s::float8[]) AS each) AS moment",
        city=member.city_id,
        member=member.member_id,
        staff=by.staff_id,
        channel=channel,
        used=used,
        how=how,
        days=list(days_ago),
    )
