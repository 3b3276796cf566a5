"""The desk as its staff meet it: over HTTP, in the desk's own database role, with a real keeper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from tests.cast import Cast
from tests.conftest import signed_in_as

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.cast import Person


@pytest.fixture
def cast(company: None) -> Iterator[Cast]:
    """A city of its own, while this thread is the desk."""
    people = Cast()
    with signed_in_as("desk"):
        yield people


@pytest.fixture
def sign_in(cast: Cast) -> Callable[[Person], Client]:
    """`sign_in(cast.chen)` gives a browser in which that person is signed in."""
    return browser_of


def browser_of(person: Person) -> Client:
    """A signed-in browser."""
    client = Client(headers={"accept-language": "zh-hans"})
    user: Any = get_user_model()._default_manager.get(pk=person.account_id)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    client.cookies[_cookie()] = str(session.session_key)
    return client


def _cookie() -> str:
    from django.conf import settings

    return str(settings.SESSION_COOKIE_NAME)
