"""The demo company's templates of texts: both kinds and every use, asked for by operations, approved by the privacy officer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction

from hongxian.outreach import wordings

if TYPE_CHECKING:
    from datetime import datetime

SERVICE, PROMOTION = "service", "promotion"
# Name, kind, uses, wording.
TEMPLATES = (
    (
        "首次问候",
        SERVICE,
        ("hand", "library"),
        "{alias}您好，我是{store}的红娘{consultant}，由我为您服务。方便时想和您通个电话，时间由您定。",
    ),
    (
        "预约提醒",
        SERVICE,
        ("hand", "reminder"),
        "{alias}您好，提醒您：{date}{time}，{consultant}在{store}等您。要改时间，请告诉{consultant}。",
    ),
    (
        "到店确认",
        SERVICE,
        ("hand", "visit"),
        "{alias}您好，已为您约好{date}{time}到{store}，由{consultant}接待。不方便来，请告诉{consultant}。",
    ),
    ("改期通知", SERVICE, ("hand",), "{alias}您好，我们的见面改到{date}{time}，地点不变，给您添麻烦了。{consultant}"),
    ("生日问候", SERVICE, ("hand", "birthday"), "{alias}，今天是您的生日，{store}的{consultant}祝您生日快乐，平安顺遂。"),
    ("电话没有接通", SERVICE, ("hand", "library", "follow_up"), "{alias}您好，给您的电话没有接通，不多打扰。您方便时我们再联系。{consultant}"),
    ("核对资料", SERVICE, ("library", "campaign"), "{alias}您好，{store}请您核对自己的资料：登录“我的数据”就能查看和更正。"),
    (
        "周六见面会",
        PROMOTION,
        ("hand", "library", "campaign"),
        "{alias}您好，{store}周六下午有一场小型见面活动，想参加请和您的顾问说一声。",
    ),
    ("会员日", PROMOTION, ("campaign",), "{alias}您好，本月会员日，到{city}{store}咨询有优惠，详情请问您的顾问。"),
)  # fmt: skip


def write(now: datetime) -> None:
    """In use for a month already."""
    for _name, kind, uses, body in TEMPLATES:
        wordings.check(body=body, kind=kind, uses=uses)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT role, min(id) FROM org_staff WHERE role IN ('operations', 'privacy_officer') GROUP BY role")
        staff = dict(cursor.fetchall())
        asked_at = now - timedelta(days=30)
        for name, kind, uses, body in TEMPLATES:
            cursor.execute(_TEMPLATE, [name, kind, list(uses), staff["operations"], asked_at])
            cursor.execute(
                _VERSION, [cursor.fetchone()[0], body, staff["operations"], asked_at, staff["privacy_officer"], asked_at + timedelta(hours=3)]
            )  # fmt: skip


_TEMPLATE = "INSERT INTO outreach_template (name, kind, uses, made_by, made_at) VALUES (%s, %s, %s, %s, %s) RETURNING id"
_VERSION = """
INSERT INTO outreach_version (template_id, number, body, state, asked_by, asked_at, decided_by, decided_at, why, retired_why)
VALUES (%s, 1, %s, 'approved', %s, %s, %s, %s, '', '')
"""
