"""Rooms (房间) of a store: its manager opens and closes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import changing
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Command, Statement

if TYPE_CHECKING:
    from datetime import datetime

    from hongxian.kernel.actor import Actor

LONGEST_NAME, MOST = 20, 40


class BadRoom(Refusal):
    """A room has a name."""

    code = "visits.bad_room"
    message = _("请填写房间名称（最多 20 字）；一家门店最多 40 个房间。")
    status = 422


class StillBooked(Refusal):
    """Somebody is to come into this room."""

    code = "visits.room_still_booked"
    message = _("这个房间还有未到的预约，不能停用；请先改约或取消。")


@dataclass(frozen=True, slots=True)
class RoomLine:
    """A room."""

    room_id: Annotated[int, PLAIN]
    name: Annotated[str, PLAIN]
    open: Annotated[bool, PLAIN]


@dataclass(frozen=True, slots=True)
class _Added:
    room_id: int


_rooms = Statement("visits", "rooms", RoomLine)
_add = Statement("visits", "add_room", _Added)
_close = Command("visits", "close_room")


def rooms_of(*, by: Actor) -> list[RoomLine]:
    """The rooms of the actor's own store; none for who has no store."""
    by.require(Permission.VISITS_CALENDAR_READ)
    return _rooms.all(city_id=by.city_id, store_id=by.store_id) if by.store_id is not None else []


def open_room(*, by: Actor, name: str, now: datetime) -> int:
    """
    Opens a room, or again one that was closed; its number.

    :raises BadRoom: no name, too long a name, or too many rooms.
    """
    by.require(Permission.VISITS_ROOM_KEEP)
    name = " ".join(name.split())
    if by.store_id is None:
        raise NotFound
    if not 0 < len(name) <= LONGEST_NAME or len(rooms_of(by=by)) >= MOST:
        raise BadRoom
    with transaction.atomic():
        added = _add.one(city_id=by.city_id, store_id=by.store_id, name=name, now=now)
        if added is None:
            raise BadRoom
        thing = f"room {by.city_id}/{added.room_id}"
        changing.note_change(by=by, action="visits.open_room", thing=thing, before=None, after={"name": name}, why="", now=now)
    return added.room_id


def close_room(*, by: Actor, room_id: int, now: datetime) -> None:
    """
    Closes a room for new visits.

    :raises NotFound: not a room of this store.
    :raises StillBooked: a visit is still to come into it.
    """
    by.require(Permission.VISITS_ROOM_KEEP)
    known = {each.room_id: each for each in rooms_of(by=by)}
    if room_id not in known:
        raise NotFound
    with transaction.atomic():
        if not _close.run(city_id=by.city_id, store_id=by.store_id, room_id=room_id):
            raise StillBooked
        before = {"name": known[room_id].name, "open": True}
        thing = f"room {by.city_id}/{room_id}"
        changing.note_change(
            by=by, action="visits.close_room", thing=thing, before=before, after=before | {"open": False}, why="", now=now
        )
