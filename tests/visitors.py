"""Members in front of their own pages: visits as the keeper makes them, and browsers that hold the token."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.test import Client, override_settings
from django.urls import clear_url_caches, set_urlconf

from hongxian.portal import door
from hongxian.vault.visiting import token_hash
from tests import cast as casting
from tests.conftest import signed_in_as

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cast import Someone

SESSIONS = "django.contrib.sessions.middleware.SessionMiddleware"


@contextmanager
def portal_process() -> Iterator[None]:
    """This thread becomes the portal: its role, its addresses, and no sessions."""
    middleware = [each for each in settings.MIDDLEWARE if each != SESSIONS]
    changes = {"ROOT_URLCONF": "hongxian.config.urls_portal", "MIDDLEWARE": middleware}
    with signed_in_as("portal"), override_settings(**changes):
        clear_url_caches()
        set_urlconf(None)
        yield
    clear_url_caches()


def open_visit(someone: Someone | None, *, scope: str = "full", minutes_ago: float = 0, hashes: list[bytes] | None = None) -> str:
    """A visit as a right code would have opened it; its token. Without somebody: of a number that nobody knows."""
    token = secrets.token_urlsafe(32)
    opened = casting.now() - timedelta(minutes=minutes_ago)
    casting.insert_bare(
        "vault_visit",
        token_hash=token_hash(token),
        number_hashes=hashes if hashes is not None else someone.hashes if someone else [secrets.token_bytes(32)],
        city_id=someone.city_id if someone else None,
        member_id=someone.member_id if someone else None,
        scope=scope,
        opened_at=opened,
        until=opened + timedelta(hours=1),
    )
    return token


def browser_with(token: str, **options: Any) -> Client:
    """A browser that holds a visit's token."""
    client = Client(headers={"accept-language": "zh-hans"}, **options)
    client.cookies[door.COOKIE] = token
    return client


def visit_of(someone: Someone | None, **options: Any) -> tuple[Client, str]:
    """A signed-in browser, and the token it holds."""
    token = open_visit(someone, **options)
    return browser_with(token), token
