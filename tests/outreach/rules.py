"""Facts and asks out of nothing, for the rule: everything in order, and what a test changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hongxian.consent.purposes import catalogue
from hongxian.outreach import ruling
from hongxian.outreach.facts import Facts
from hongxian.outreach.ruling import Ask

NOON = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)  # in Shanghai
LIMITS = ruling.Limits()
ME, OTHER, CITY, VERSION, CAMPAIGN = 7, 8, 3, 11, 13

PURPOSE = {"call": "outreach.call", "sms": "outreach.sms"}
IN_ORDER = Facts(
    member_id=1,
    known=True,
    state="live",
    marked=False,
    said_no=False,
    contacts=0,
    timezone="Asia/Shanghai",
    resting=False,
    grounds=["claim"],
    held=True,
    contract=False,
    receipt_id=5,
    calls=[],
    callers=[],
    texts=0,
    texts_lately=0,
    assessed=True,
    fields=["alias", "number", "district"],
    roles=["consultant", "system"],
    role="consultant",
    active=True,
    staff_city_id=CITY,
    staff_store_id=2,
    trained=True,
    agreement_live=True,
    paused=False,
    by_hand=0,
    version_state="approved",
    version_kind="service",
    campaign_state="sending",
    campaign_audience="library",
    campaign_version_id=VERSION,
    campaign_reaches=True,
)


def facts(**changed: Any) -> Facts:
    return replace(IN_ORDER, **changed)


def ask(how: str = ruling.CALL, *, promotion: bool = False, **changed: Any) -> Ask:
    channel = "call" if how == ruling.CALL else "sms"
    purpose = "outreach.promotion" if promotion else PURPOSE[channel]
    made = Ask(
        member_id=1,
        staff_id=ME,
        city_id=CITY,
        channel=channel,
        purpose=purpose,
        known=catalogue().purpose(purpose),
        how=how,
        fields=("number",) if channel == "call" else ("alias", "number"),
        version_id=None if channel == "call" else VERSION,
        campaign_id=CAMPAIGN if how == ruling.CAMPAIGN else None,
    )
    return replace(made, **changed)


def reason(asked: Ask, found: Facts, *, at: datetime = NOON, limits: ruling.Limits = LIMITS) -> str:
    return ruling.reason_against(asked, found, at, limits)
