"""The dating site, as far as the portal knows it: batches with their signature."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.conf import settings
from django.test import Client

from hongxian.portal import feed, machines
from tests import cast as casting

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tests.cast import Someone

ADDRESS = "/feed/v1/letters"
# Tests bring more batches within a minute than any site does.
feed.MOST_A_MINUTE = 100_000


def look(other: str = "u-1", *, minutes_ago: float = 60, **more: Any) -> dict[str, Any]:
    """A look at somebody."""
    at = (casting.now() - timedelta(minutes=minutes_ago)).isoformat()
    about = {"birth_year": 1992, "height_cm": 171, "education": "bachelor", "district": "静安区"}
    return {"other": other, "at": at} | about | more


def letter(text: str, other: str = "u-1", *, minutes_ago: float = 60) -> dict[str, Any]:
    """Something written to somebody."""
    return {"other": other, "at": (casting.now() - timedelta(minutes=minutes_ago)).isoformat(), "text": text}


def batch(*members: tuple[Someone | str, list[dict[str, Any]], list[dict[str, Any]]], **more: Any) -> dict[str, Any]:
    """What members (or bare numbers) viewed and sent."""
    told = [
        {"number": who if isinstance(who, str) else who.number, "viewed": viewed, "sent": sent} for who, viewed, sent in members
    ]
    return {"batch": str(uuid4()), "members": told} | more


def key() -> str:
    text: str = (settings.HOME.secrets / "feed.key").read_text().split()[0]
    return text


def post(
    raw: object, *, signed_by: str | None = None, at: float | None = None, headers: dict[str, str] | None = None
) -> HttpResponse:
    """Posts a batch, signed as the site signs."""
    body = raw if isinstance(raw, bytes) else json.dumps(raw).encode()
    moment = str(int(time.time() if at is None else at))
    told = {
        "X-Hongxian-Time": moment,
        "X-Hongxian-Signature": machines.sign(key() if signed_by is None else signed_by, moment, body),
    }
    browser = Client(enforce_csrf_checks=True)
    answer: Any = browser.generic("POST", ADDRESS, body, "application/json", headers=told | (headers or {}))
    return answer  # type: ignore[no-any-return] # the test client's own kind of answer


def bring(*members: tuple[Someone | str, list[dict[str, Any]], list[dict[str, Any]]], **more: Any) -> None:
    """A batch that must come in."""
    answer = post(batch(*members, **more))
    assert answer.status_code == 202, answer.content
