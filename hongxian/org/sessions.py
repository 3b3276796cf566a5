"""The sessions of somebody who works here: where they are signed in, since when, and an end to one or all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from django.db import transaction

from hongxian.audit import changing
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.refusal import NotFound
from hongxian.kernel.sql import Command, Statement

if TYPE_CHECKING:
    from hongxian.kernel.actor import Actor

LASTS = timedelta(hours=12)
WALL_LASTS = timedelta(days=90)
SEEN_EVERY = timedelta(minutes=2)  # a page that asks each second writes no row each second
KEPT = timedelta(days=30)
# How somebody came in.
PASSWORD, PASSKEY = "password", "passkey"
WALL = "wall"  # a screen on the wall: it sees the board and nothing else (kernel/actor.py), and stays for months
BROWSERS = (
    ("wxwork", "WeCom"),
    ("DingTalk", "DingTalk"),
    ("Lark", "Feishu"),
    ("Edg", "Edge"),
    ("QQBrowser", "QQ"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Session:
    """One session, as its holder sees it."""

    session_id: Annotated[int, PLAIN]
    how: Annotated[str, PLAIN]
    device: Annotated[str, PLAIN]
    begun_at: Annotated[datetime, PLAIN]
    seen_at: Annotated[datetime, PLAIN]


@dataclass(frozen=True, slots=True)
class _Begun:
    session_id: int


@dataclass(frozen=True, slots=True)
class _Epoch:
    epoch: int


_begin = Statement("org", "begin_session", _Begun)
_see = Command("org", "see_session")
_open = Statement("org", "open_sessions", Session)
_end = Command("org", "end_session")
_end_all = Command("org", "end_sessions")
_next_epoch = Statement("org", "next_epoch", _Epoch)
_forget = Command("org", "forget_sessions")


def device_of(user_agent: str) -> str:
    """A short word for a browser and its system, out of two lists; nothing of the browser's own text is kept."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return " · ".join(each for each in (browser, system) if each)


def lasts(how: str) -> timedelta:
    """For how long a session goes on at the most."""
    return WALL_LASTS if how == WALL else LASTS


def begin(*, account_id: int, epoch: int, how: str, user_agent: str, now: datetime) -> int:
    """Writes down a session that begins; its number goes into the session."""
    until = now + lasts(how)
    begun = _begin.one(account_id=account_id, epoch=epoch, how=how, device=device_of(user_agent), now=now, until=until)
    assert begun is not None  # noqa: S101 - INSERT … RETURNING
    return begun.session_id


def seen(*, session_id: int, seen_at: datetime, now: datetime) -> None:
    """Notes that a session is in use, where the last note is some minutes old."""
    if now - seen_at >= SEEN_EVERY:
        _see.run(session_id=session_id, now=now)


def sessions(*, by: Actor, now: datetime) -> list[Session]:
    """The actor's own sessions that may go on."""
    return _open.all(staff_id=by.staff_id, now=now)


def end(*, by: Actor, session_id: int, now: datetime) -> None:
    """
    Ends one of the actor's own sessions.

    :raises NotFound: it isn't theirs, or it is over.
    """
    with transaction.atomic():
        if not _end.run(session_id=session_id, staff_id=by.staff_id, now=now):
            raise NotFound
        _note(by, f"session {session_id}", now)


def sign_out(*, staff_id: int, session_id: int, now: datetime) -> None:
    """Its holder goes home."""
    _end.run(session_id=session_id, staff_id=staff_id, now=now)


def end_all(*, by: Actor, keep: int | None, now: datetime) -> int | None:
    """Ends all of the actor's own sessions but the one to keep; under what that one goes on."""
    with transaction.atomic():
        found = _next_epoch.one(staff_id=by.staff_id)
        _end_all.run(staff_id=by.staff_id, keep=keep, now=now)
        _note(by, "all sessions" if keep is None else "all other sessions", now)
    return found.epoch if found else None


def end_every(*, staff_id: int, now: datetime) -> None:
    """Ends all of somebody's sessions; whoever calls has checked that they may, and writes it down."""
    with transaction.atomic():
        _next_epoch.one(staff_id=staff_id)
        _end_all.run(staff_id=staff_id, keep=None, now=now)


def forget(*, before: datetime) -> None:
    """Drops the lines of sessions that were over before that."""
    _forget.run(before=before)


def _note(by: Actor, what: str, now: datetime) -> None:
    changing.note_change(
        by=by, action="org.session_end", thing=f"staff {by.staff_id}", before={"open": what}, after=None, why="", now=now
    )
