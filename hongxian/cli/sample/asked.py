"""What the demo's members have asked and complained of, so that the privacy office's clocks show something; the demo's own member too."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction

from hongxian.cli.sample import sign_ins
from hongxian.kernel.actor import COMPANY, Actor
from hongxian.rights import clocks, complaining, requesting
from hongxian.rights.kinds import Kind

if TYPE_CHECKING:
    from datetime import datetime

# What, how many days ago, in which words; the first is the demo member's own.
REQUESTS = (
    (Kind.EXPLAIN, 9, "我想知道你们为什么给我评了这个等级，用了哪些资料。"),
    (Kind.CORRECT, 1, "我去年换了工作，请把职业改过来。"),
    (Kind.COPY, 2, "请给我一份你们有的全部资料。"),
    (Kind.NUMBER_SOURCE, 4, "我不记得在你们这里登记过，号码是哪里来的？"),
    (Kind.DELETE, 6, "我已经有对象了，请把我的资料删掉。"),
    (Kind.RESTRICT, 12, "在你们查清楚之前，先不要用我的资料。"),
    (Kind.MOVE, 15, "请把我的资料转成可以带走的文件。"),
    (Kind.KIN, 19, "我母亲上个月去世了，请不要再打这个电话。"),
    (Kind.OTHER, 34, "上次提的问题还没有人回答。"),
)
COMPLAINTS = (
    ("call", 3, "一个星期接到四次电话，说过在开会还打。"),
    ("staff", 8, "顾问说认识我的同事，让我很不舒服。"),
    ("text", 13, "退订以后又收到短信。"),
)
_HELD = """
SELECT member.city_id, member.id, member.store_id, staff.alias
  FROM pools_holding AS holding
  JOIN org_staff AS staff ON staff.id = holding.staff_id
  JOIN members_member AS member ON member.city_id = holding.city_id AND member.id = holding.member_id
 WHERE staff.employee_no = %s::text AND member.state = 'live'
 ORDER BY member.contacts DESC, member.id
 LIMIT %s::int
"""


def write(now: datetime) -> None:
    """Requests and complaints of members in the demo consultant's hands, some of them late."""
    employee_no = next((number for _role, number, _password in sign_ins.sign_ins()), "")
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [employee_no, len(REQUESTS)])
        held = cursor.fetchall()
    with transaction.atomic():
        for (city_id, member_id, _store, _alias), (kind, days, text) in zip(held, REQUESTS, strict=False):
            requesting.open_request(
                by=Actor.member(city_id=city_id),
                city_id=city_id,
                member_id=member_id,
                number_hash=None,
                kind=kind.value,
                text=text,
                now=now - timedelta(days=days, minutes=days * 7),
            )
        for (city_id, member_id, store_id, alias), (about, days, text) in zip(held, COMPLAINTS, strict=False):
            complaining.open_complaint(
                by=Actor.member(city_id=city_id),
                city_id=city_id,
                member_id=member_id,
                number_hash=None,
                about=about,
                text=text,
                store_id=store_id,
                staff_alias=alias,
                now=now - timedelta(days=days, minutes=days * 11),
            )
        for city_id in {COMPANY, *(row[0] for row in held)}:
            clocks.mind(by=Actor.system("mind_clocks", city_id=city_id), city_id=city_id, now=now)
