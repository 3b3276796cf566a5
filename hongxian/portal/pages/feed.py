"""/feed/v1/letters: where the dating site brings what members viewed and sent. See docs/feed.md."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.http import HttpResponse, JsonResponse

from hongxian.letters import feeding
from hongxian.portal import feed, machines

if TYPE_CHECKING:
    from datetime import datetime


@machines.signed(secret="feed.key", longest=feeding.LONGEST_BODY)  # noqa: S106 - a file's name
def letters(body: bytes, now: datetime) -> HttpResponse:
    """One batch. Says only that it is in: which numbers have a record here is not the site's to know."""
    batch = feeding.read(body, now=now)
    taken = feed.take(batch=batch, digest=hashlib.sha256(body).digest(), now=now)
    return JsonResponse({"batch": str(batch.key), "repeated": taken.repeated}, status=200 if taken.repeated else 202)
