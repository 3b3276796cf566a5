"""Channels of the hourly digest (简报群): which group's robot gets which team's counts. Managers set them up for their own store."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hongxian.audit import changing
from hongxian.kernel.labels import PLAIN
from hongxian.kernel.permissions import Permission, Role
from hongxian.kernel.refusal import NotFound, Refusal
from hongxian.kernel.sql import Statement
from hongxian.org import queries as org
from hongxian.org import staffing
from hongxian.reports import robots
from hongxian.vault import files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hongxian.kernel.actor import Actor
    from hongxian.org.queries import StoreRow

LONGEST_WHY = 200


class BadChannel(Refusal):
    """Nothing was set up."""

    code = "reports.bad_channel"
    status = 422
    message = _("请粘贴完整的机器人地址：企业微信、钉钉或飞书群机器人的 https 地址，不能是别的网址。")


class AlreadyThere(Refusal):
    """The same group gets the same team's digest already."""

    code = "reports.channel_already_there"
    message = _("这个群已经在接收这份简报；停用的可以重新启用。")


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel; the address is not among what anybody can read, only its last four signs."""

    channel_id: Annotated[int, PLAIN]
    team_id: Annotated[int | None, PLAIN]
    team_name: Annotated[str, PLAIN]
    kind: Annotated[str, PLAIN]
    hint: Annotated[str, PLAIN]
    active: Annotated[bool, PLAIN]
    since: Annotated[datetime, PLAIN]
    who: Annotated[str, PLAIN]
    hour: Annotated[datetime | None, PLAIN]
    state: Annotated[str, PLAIN]
    code: Annotated[str, PLAIN]
    tries: Annotated[int, PLAIN]


@dataclass(frozen=True, slots=True)
class _Made:
    channel_id: int


_channels = Statement("reports", "channels", Channel)
_add = Statement("reports", "add_channel", _Made)
_turn = Statement("reports", "turn_channel", _Made)


def store_of(*, by: Actor, store_id: int | None = None) -> StoreRow | None:
    """
    Whose channels this person sets up: the own store's; operations choose one (None: not yet).

    :raises NotAllowed: neither a store's manager nor operations.
    :raises NotFound: another's store, or none.
    """
    by.require(Permission.REPORTS_DIGEST_SET)
    if by.role != Role.OPERATIONS:
        if by.store_id is None or store_id not in {None, by.store_id}:
            raise NotFound
        store_id = by.store_id
    if store_id is None:
        return None
    found = org.store(store_id=store_id)
    if found is None:
        raise NotFound
    return found


def listing(*, by: Actor, store_id: int | None = None) -> list[Channel]:
    """
    A store's channels, and how each one's newest digest went.

    :raises NotAllowed, NotFound: as `store_of`.
    """
    store = store_of(by=by, store_id=store_id)
    return _channels.all(city_id=store.city_id, store_id=store.store_id) if store else []


def add(*, by: Actor, store_id: int | None, team_id: int | None, address: str, secret: str, why: str, now: datetime) -> int:
    """
    Sets up a channel; whose robot it is, its address says. Its number.

    :raises NotAllowed, NotFound: as `store_of`; also for a team that is not the store's.
    :raises BadChannel: no address of the three, a secret that isn't one, or no reason.
    :raises AlreadyThere: see there.
    """
    store = store_of(by=by, store_id=store_id)
    if store is None or (
        team_id is not None and team_id not in {each.team_id for each in staffing.teams(store_id=store.store_id)}
    ):
        raise NotFound
    address, secret = address.strip(), secret.strip()
    kind = robots.kind_of(address)
    if kind is None:
        raise BadChannel
    _check_secret(kind, secret)
    _check_why(why)
    fingerprint = robots.fingerprint(address)
    sealed = files.seal(
        folder=settings.HOME.keys, name=name_of(fingerprint), content=json.dumps({"address": address, "secret": secret}).encode()
    )
    with transaction.atomic():
        made = _add.one(
            city_id=store.city_id,
            store_id=store.store_id,
            team_id=team_id,
            kind=kind,
            fingerprint=fingerprint,
            hint=address[-4:],
            sealed=sealed,
            now=now,
            staff_id=by.staff_id,
        )
        if made is not None:
            after = {"store": store.code, "team": team_id, "kind": kind, "ends_with": address[-4:], "active": True}
            _note(by=by, channel_id=made.channel_id, before=None, after=after, why=why, now=now)
            return made.channel_id
    raise AlreadyThere


def turn(*, by: Actor, store_id: int | None, channel_id: int, active: bool, why: str, now: datetime) -> None:
    """
    Stops a channel, or resumes it. One that stands so already stays.

    :raises NotAllowed, NotFound: as `store_of`; also for a channel that is not the store's.
    :raises BadChannel: no reason.
    """
    store = store_of(by=by, store_id=store_id)
    if store is None or channel_id not in {each.channel_id for each in listing(by=by, store_id=store.store_id)}:
        raise NotFound
    _check_why(why)
    with transaction.atomic():
        if _turn.one(city_id=store.city_id, store_id=store.store_id, channel_id=channel_id, active=active):
            _note(by=by, channel_id=channel_id, before={"active": not active}, after={"active": active}, why=why, now=now)


def name_of(fingerprint: bytes) -> str:
    """Under which a channel's address is sealed: it opens for no other row."""
    return f"digest {fingerprint.hex()}"


def _check_secret(kind: str, secret: str) -> None:
    shape = robots.SECRETS.get(kind)
    if shape is None and secret:
        raise BadChannel(_("企业微信的机器人没有密钥，请留空。"))
    if shape is not None and not shape.fullmatch(secret):
        raise BadChannel(_("请在群机器人的安全设置里打开“加签”（钉钉）或“签名校验”（飞书），把密钥填在这里。"))


def _check_why(why: str) -> None:
    if not why.strip() or len(why) > LONGEST_WHY:
        raise BadChannel(_("请写明原因，最多 200 字。"))


def _note(
    *, by: Actor, channel_id: int, before: Mapping[str, object] | None, after: Mapping[str, object], why: str, now: datetime
) -> None:
    changing.note_change(
        by=by, action="reports.digest", thing=f"channel {channel_id}", before=before, after=after, why=why.strip(), now=now
    )
